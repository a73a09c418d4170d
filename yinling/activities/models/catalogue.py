"""The catalogue of a service: its domains with what is undertaken in each, the outcomes it counts, its brands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import PathField
from yinling.network import Body, Place


class Domain(models.Model):
    """A domain of service that an office set for its area (老同志发挥作用的重点领域). `code` is what facts carry."""

    owner = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("set by"))
    area_path = PathField()
    code = models.CharField(_("code"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    ended = models.BooleanField(_("no longer used"), default=False)
    changed_by = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class Undertaking(models.Model):
    """A concrete measure in a domain (具体推进措施): what is to be done there. Projects carry it out."""

    domain = models.ForeignKey(Domain, models.PROTECT, related_name="undertakings")
    area_path = PathField()
    name = models.CharField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    ended = models.BooleanField(_("no longer used"), default=False)
    changed_by = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class OutcomeType(models.Model):
    """Something that results are counted in (books given, people treated, works made), with its unit (a key of the figures'
    units). Each has a measure `outcome.<code>`. `people`: it counts people, each time they come."""

    owner = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("set by"))
    area_path = PathField()
    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=60)
    unit = models.CharField(_("unit"), max_length=16)
    ended = models.BooleanField(_("no longer used"), default=False)
    changed_by = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """A service brand of a body: one county one brand, one unit one speciality."""

    owner = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("owner"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    name = models.CharField(_("name"), max_length=60)
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, related_name="brands", verbose_name=_("domain"))
    story = models.TextField(_("story"), blank=True)
    honours = models.TextField(_("honours"), blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "name"), name="brand_once", condition=models.Q(withdrawn=False, until__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return self.name
