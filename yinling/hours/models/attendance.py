"""Tables of service hours: who was there from when to when, and what of it counts.

Hours are kept as whole minutes that the server computes (Order 67 of the Ministry of Civil Affairs, 4; the 2012 measures on
recording volunteer service): travel is left out, time spent in two places at once counts once, nothing is confirmed by the
person who recorded it or whom it is about.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.activities import Session
from yinling.base.paths import PathField
from yinling.people import Person


class Grade(models.TextChoices):
    """How good the evidence for a record is."""

    A = "A", _("A: rotating code, counter-signed")
    B = "B", _("B: recorded by the host")
    C = "C", _("C: paper sheet")
    D = "D", _("D: handed in late")


class Source(models.TextChoices):
    """How somebody's presence came to be recorded."""

    SCAN = "scan", _("scanned the code of the session")
    CODE = "code", _("typed the code of the session")
    LIST = "list", _("ticked on the organiser's list")
    PAPER = "paper", _("paper sheet")
    LATE = "late", _("late entry")
    IMPORT = "import", _("old record taken over")


class State(models.TextChoices):
    """Where a record stands. Only `confirmed` ones count."""

    OPEN = "open", pgettext_lazy("attendance", "present")
    PENDING = "pending", pgettext_lazy("attendance", "to be confirmed")
    REVIEW = "review", pgettext_lazy("attendance", "to be reviewed")
    CONFIRMED = "confirmed", pgettext_lazy("attendance", "confirmed")
    VOIDED = "voided", pgettext_lazy("attendance", "voided")


class Attendance(models.Model):
    """A person was at a session from `started_at` to `ended_at` (open: still there, counts nothing).

    `minutes` is its length; `counted` what counts towards the person's hours once it is confirmed: the part that no other
    confirmed record of the person covers. `serves` says whether it is service at all (a trainee's or patient's presence is
    not). `device` is a keyed hash of the device that checked in. `recorded_by` (who wrote down that the person came), `ended_by`
    (who wrote down that the person left) and `confirmed_by` are account numbers. Times are whole minutes of the clock, so
    that lengths add up and no minute counts twice. `why` says why a record is in review, or was voided."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendance")
    person = models.ForeignKey(Person, models.PROTECT, related_name="attendance", db_index=False)
    area_path = PathField()
    serves = models.BooleanField()
    domain = models.CharField(max_length=24, blank=True)
    role = models.CharField(max_length=40, blank=True)
    day = models.DateField(_("day"))
    started_at = models.DateTimeField(_("came at"))
    ended_at = models.DateTimeField(_("left at"), null=True)
    minutes = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    remark = models.CharField(_("what was done"), max_length=120, blank=True)
    source = models.CharField(_("recorded how"), max_length=8, choices=Source)
    grade = models.CharField(_("evidence"), max_length=1, choices=Grade)
    state = models.CharField(_("state"), max_length=12, choices=State)
    why = models.CharField(_("why"), max_length=400, blank=True)
    device = models.CharField(max_length=80, blank=True)
    recorded_by = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    ended_by = models.BigIntegerField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    batch_id = models.BigIntegerField(null=True)
    batch_row = models.IntegerField(null=True)
    entry_id = models.BigIntegerField()
    """The entry whose facts say what counts."""
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index("person", "day", name="attendance_person"),
            models.Index("area_path", "state", "day", "id", name="attendance_place"),
            models.Index("day", "area_path", name="attendance_day"),
            models.Index("device", "day", name="attendance_device", condition=~models.Q(device="")),
            models.Index("batch_id", name="attendance_batch", condition=models.Q(batch_id__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="attendance_times",
            ),
            models.CheckConstraint(condition=models.Q(counted__lte=models.F("minutes")), name="attendance_counted"),
            # Who leaves and comes back has two records; the same moment is recorded once. The person stands first: with the
            # session first, a planner that knows little of the table looks a person up by going through all sessions.
            models.UniqueConstraint(
                fields=("person", "session", "started_at"),
                name="attendance_once",
                condition=~models.Q(state="voided"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person.masked_name} {self.day.isoformat()}"


class Objection(models.Model):
    """A volunteer says that something about the hours is wrong or missing; the organiser must check it and answer (Order 67).
    Without a record (`attendance` empty) it says that one is missing for `day`."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="objections")
    attendance = models.ForeignKey(Attendance, models.PROTECT, null=True, related_name="objections")
    area_path = PathField()
    day = models.DateField(_("day of service"))
    text = models.CharField(_("what is wrong"), max_length=400)
    raised_by = models.BigIntegerField(null=True)
    raised_at = models.DateTimeField()
    due_on = models.DateField(_("to be answered by"))
    answer = models.CharField(_("answer"), max_length=400, blank=True)
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index("area_path", "due_on", name="objection_waits", condition=models.Q(answered_at__isnull=True)),
            models.Index("person", "id", name="objection_person"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("attendance",), name="objection_once", condition=models.Q(answered_at__isnull=True)
            ),
        )


class Verdict(models.Model):
    """What a clerk decided about records that look impossible: `kind` and `key` name the suspicion, `records` the records it
    rested on. A justified one comes back only when other records join them."""

    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=120)
    area_path = PathField()
    justified = models.BooleanField(_("justified"))
    reason = models.CharField(_("reason"), max_length=200)
    records = models.JSONField(default=list)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index("kind", "key", name="verdict_on"),)
