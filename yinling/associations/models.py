"""Tables of the register of elderly associations."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import PathField
from yinling.facts import Evidence
from yinling.network import Body
from yinling.people import Person


class Setting(models.TextChoices):
    """Where an association stands: the register keeps the two apart in every count."""

    RURAL = "rural", _("rural")
    URBAN = "urban", _("urban community")


class RuleBook(models.TextChoices):
    """The written rules an association should have (Guizhou 2012: six)."""

    STUDY = "study", _("study")
    MEETING = "meeting", _("meetings")
    FINANCE = "finance", _("finance")
    MATERIALS = "materials", _("materials")
    AWARDS = "awards", _("appraisal and awards")
    VENUE = "venue", _("venue")


class Association(models.Model):
    """An elderly association: a body, with what holds of it today. How it came to be so stands in `AttributePeriod`."""

    body = models.OneToOneField(Body, models.PROTECT, primary_key=True, related_name="association")
    area_path = PathField()
    setting = models.CharField(_("rural or urban"), max_length=8, choices=Setting)
    has_funding = models.BooleanField(_("has a source of funds"), default=False)
    funding_source = models.CharField(_("source of funds"), max_length=60, blank=True)
    funding_amount = models.DecimalField(
        _("funds a year (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    has_venue = models.BooleanField(_("has a venue"), default=False)
    venue_owner = models.CharField(_("owner of the venue"), max_length=60, blank=True)
    venue_area = models.DecimalField(_("area of the venue (m²)"), max_digits=8, decimal_places=2, null=True, blank=True)
    meets = models.BooleanField(_("meets regularly"), default=False)
    meetings_a_year = models.PositiveSmallIntegerField(_("activities a year"), null=True, blank=True)
    chair = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chair"))
    chair_is_officer = models.BooleanField(_("chaired by a village or community officer"), default=False)
    member_count = models.PositiveIntegerField(_("members"), default=0)
    rule_books = ArrayField(
        models.CharField(max_length=10, choices=RuleBook), default=list, blank=True, verbose_name=_("written rules")
    )
    changed_by = models.BigIntegerField(default=0)

    class Meta:
        indexes = (models.Index("area_path", "setting", "body", name="association_place"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(has_funding=True) | models.Q(funding_source="", funding_amount=None),
                name="association_funding",
            ),
            models.CheckConstraint(
                condition=models.Q(has_venue=True) | models.Q(venue_owner="", venue_area=None), name="association_venue"
            ),
        )

    def __str__(self) -> str:
        return self.body.name


class AttributePeriod(models.Model):
    """One attribute of an association from a day until another: what was so, since which action, on what evidence."""

    association = models.ForeignKey(Association, models.PROTECT, related_name="history")
    area_path = PathField()
    attribute = models.CharField(max_length=10)
    value = models.JSONField()
    since = models.DateField()
    until = models.DateField(null=True)
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=200, blank=True)
    corrected = models.BooleanField(default=False)
    entry_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("association", "attribute", "since", name="attribute_history"),)
        constraints = (
            models.UniqueConstraint(
                fields=("association", "attribute"),
                name="attribute_now",
                condition=models.Q(until__isnull=True, corrected=False),
            ),
        )
