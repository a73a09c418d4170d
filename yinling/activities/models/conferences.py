"""Tables of conferences: what was handed in, who spoke, what was visited."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import PathField
from yinling.network import Body, Place


class Conference(models.Model):
    """A conference held by a body at a place."""

    name = models.CharField(_("name"), max_length=120)
    host = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("host"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    held_on = models.DateField(_("held on"))
    changed_by = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Contribution(models.Model):
    """A paper handed in to a conference by a body, or the speech a body's representative gave there."""

    class What(models.TextChoices):
        PAPER = "paper", _("paper")
        SPEECH = "speech", _("speech")

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="contributions")
    area_path = PathField()
    what = models.CharField(_("what"), max_length=8, choices=What)
    title = models.CharField(_("title"), max_length=160)
    by_place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("from"))
    by_name = models.CharField(_("body"), max_length=120)


class Visit(models.Model):
    """A visit paid by the conference to an association."""

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="visits")
    area_path = PathField()
    visited = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("visited"))
    on = models.DateField(_("on"))
