"""What some kinds of activity keep beyond sessions and enrolments: halls and booths of an expo, guests and resolutions of a
meeting, ranks of a contest."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.activities.models.projects import Activity
from yinling.base.paths import PathField
from yinling.network import Body


class Hall(models.Model):
    """A hall of an expo, with its exhibition area in m². `entry_id` is the entry whose facts count it, once the expo has
    opened."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="halls")
    area_path = PathField()
    name = models.CharField(pgettext_lazy("of a hall", "Hall"), max_length=60)
    area = models.DecimalField(_("exhibition area in m²"), max_digits=9, decimal_places=2)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    entry_id = models.BigIntegerField(null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("activity", "name"), name="hall_once", condition=models.Q(withdrawn=False)),
            models.CheckConstraint(condition=models.Q(area__gt=0), name="hall_area"),
        )

    def __str__(self) -> str:
        return self.name


class Booth(models.Model):
    """What an exhibitor has in a hall, and how many m² of it. A body exhibits once at an expo, in one place or several."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="booths")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="booths", verbose_name=_("hall"))
    area_path = PathField()
    exhibitor = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("exhibitor"))
    number = models.CharField(_("booth"), max_length=40)
    area = models.DecimalField(_("area in m²"), max_digits=9, decimal_places=2)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    entry_id = models.BigIntegerField(null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("hall", "number"), name="booth_once", condition=models.Q(withdrawn=False)),
            models.UniqueConstraint(
                fields=("activity", "exhibitor"), name="exhibitor_once", condition=models.Q(withdrawn=False)
            ),
            models.CheckConstraint(condition=models.Q(area__gt=0), name="booth_area"),
        )


class Guest(models.Model):
    """A body invited to a meeting, what it answered and whether it came."""

    class Answer(models.TextChoices):
        INVITED = "invited", pgettext_lazy("to a meeting", "invited")
        CAME = "came", pgettext_lazy("to a meeting", "came")
        EXCUSED = "excused", pgettext_lazy("to a meeting", "excused")
        ABSENT = "absent", pgettext_lazy("to a meeting", "did not come")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="guests")
    area_path = PathField()
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("body"))
    answer = models.CharField(_("answer"), max_length=8, choices=Answer, default=Answer.INVITED)
    sent = models.CharField(_("represented by"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("activity", "body"), name="guest_once"),)


class Minutes(models.Model):
    """The minutes of a meeting. The audit trail keeps what they were before."""

    activity = models.OneToOneField(Activity, models.PROTECT, primary_key=True, related_name="minutes")
    area_path = PathField()
    text = models.TextField(pgettext_lazy("of a meeting", "minutes"))
    changed_by = models.BigIntegerField()


class Resolution(models.Model):
    """Something a meeting resolved: who does it, by when; `done_on` when it was done."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="resolutions")
    area_path = PathField()
    text = models.CharField(_("resolved"), max_length=300)
    owner = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("done by"))
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    changed_by = models.BigIntegerField()


class Ranking(models.Model):
    """A rank of a contest. Who took it is named by a body, with the team or person as the result list has it."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="rankings")
    area_path = PathField()
    rank = models.PositiveSmallIntegerField(_("rank"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("body"))
    name = models.CharField(_("contestant"), max_length=80)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True)
    prize = models.CharField(_("prize"), max_length=60, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("activity", "rank", "name"), name="ranking_once", condition=models.Q(withdrawn=False)
            ),
            models.CheckConstraint(condition=models.Q(rank__gt=0), name="ranking_from_one"),
        )
