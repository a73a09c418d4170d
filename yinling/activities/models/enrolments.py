"""Who takes part in a session, as what, and under which agreement."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.activities.models.projects import Project, Session, SessionRole
from yinling.base.crypto import EncryptedTextField
from yinling.base.paths import PathField
from yinling.network import Body
from yinling.people import Person
from yinling.volunteers import Volunteer


class EnrolmentState(models.TextChoices):
    """Where an enrolment stands. `confirmed` means that both sides agreed: nobody is ever assigned without accepting."""

    APPLIED = "applied", pgettext_lazy("an enrolment", "waits for the organiser")
    INVITED = "invited", pgettext_lazy("an enrolment", "waits for the person")
    CONFIRMED = "confirmed", pgettext_lazy("an enrolment", "confirmed")
    WAITING = "waiting", _("on the waiting list")
    CANCELLED = "cancelled", pgettext_lazy("an enrolment", "cancelled")
    DECLINED = "declined", pgettext_lazy("an enrolment", "declined")
    NO_SHOW = "no_show", _("did not come")


class Agreed(models.TextChoices):
    """How whoever takes part agreed to it (Order 685, 25: nobody is made to serve)."""

    SELF = "self", pgettext_lazy("agreed", "in person, by their own sign-in")
    PRESENT = "present", pgettext_lazy("agreed", "on the spot, recorded in their presence")


class Notice(models.TextChoices):
    """What happened to an enrolment without its person doing anything, until the person has seen it."""

    MOVED_UP = "moved_up", _("moved up from the waiting list")
    ACCEPTED = "accepted", pgettext_lazy("an enrolment", "accepted by the organiser")
    DECLINED = "declined", pgettext_lazy("an enrolment", "declined by the organiser")
    CANCELLED = "cancelled", pgettext_lazy("an enrolment", "cancelled by the organiser")


class Enrolment(models.Model):
    """A person, or a body (an exhibitor, a delegation), takes part in a session in a role. A body takes one place, however
    many `people` it sends.

    The waiting list of a role is in the order of the keys. `proxy` names who signed up, or accepted, for somebody else; the
    database refuses a confirmed place that its person has not `agreed` to. `late`: cancelled too late to be in time. A trip
    asks for `health` (what the person declares) and somebody to call."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="enrolments")
    role = models.ForeignKey(SessionRole, models.PROTECT, related_name="enrolments")
    area_path = PathField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="enrolments")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("body"))
    people = models.PositiveIntegerField(_("number of people"), default=1)
    state = models.CharField(_("state"), max_length=12, choices=EnrolmentState)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    proxy = models.CharField(_("signed up by"), max_length=80, blank=True)
    agreed = models.CharField(_("agreed how"), max_length=8, choices=Agreed, blank=True)
    notice = models.CharField(_("not seen yet"), max_length=12, choices=Notice, blank=True)
    late = models.BooleanField(_("cancelled late"), default=False)
    health = EncryptedTextField(context="enrolment.health", blank=True, default="")
    emergency_name = EncryptedTextField(context="enrolment.emergency_name", blank=True, default="")
    emergency_phone = EncryptedTextField(context="enrolment.emergency_phone", blank=True, default="")
    made_at = models.DateTimeField()
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index("role", "state", "id", name="enrolment_queue"),
            models.Index("person", "id", name="enrolment_person", condition=models.Q(person__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) ^ models.Q(body__isnull=False), name="enrolment_of_one"
            ),
            models.CheckConstraint(condition=~models.Q(state="confirmed", agreed=""), name="enrolment_agreed"),
            models.UniqueConstraint(
                fields=("session", "person"),
                name="enrolment_once",
                condition=~models.Q(state__in=("cancelled", "declined")) & models.Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("session", "role", "body"),
                name="enrolment_body_once",
                condition=~models.Q(state__in=("cancelled", "declined")) & models.Q(body__isnull=False),
            ),
        )


class Agreement(models.Model):
    """The written agreement of organiser and volunteer about a project (Order 685, 14), from a day to a day."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="agreements")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="agreements")
    area_path = PathField()
    signed_on = models.DateField(_("signed on"))
    until = models.DateField(_("valid until"))
    way = models.CharField(_("signed how"), max_length=8, choices=(("paper", _("on paper")), ("online", _("online"))))
    text = models.TextField(_("text"))
    signature = models.CharField(_("signed with the name"), max_length=40, blank=True)
    entry_id = models.BigIntegerField(default=0)
    """The entry that signed it; a scanned sheet is the evidence of that entry."""
    ended_on = models.DateField(pgettext_lazy("an agreement", "ended on"), null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project", "volunteer"), name="agreement_once", condition=models.Q(ended_on__isnull=True)
            ),
        )

    def holds_on(self, day: date) -> bool:
        """Whether it binds on a day: the day of its end no longer counts."""
        return self.signed_on <= day <= self.until and (self.ended_on is None or day < self.ended_on)


class Outcome(models.Model):
    """A result of a session, or of a project as such, in the unit of its type. Mistakes are withdrawn, never changed."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="outcomes")
    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="outcomes")
    area_path = PathField()
    type = models.CharField(_("what"), max_length=32)
    domain = models.CharField(max_length=24, blank=True)
    quantity = models.DecimalField(_("how much"), max_digits=14, decimal_places=2)
    happened_on = models.DateField(_("on"))
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    batch_id = models.BigIntegerField(null=True)
    batch_row = models.IntegerField(null=True)
    entry_id = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index("area_path", "type", "id", name="outcome_place"),
            models.Index("batch_id", name="outcome_batch", condition=models.Q(batch_id__isnull=False)),
        )
        constraints = (models.CheckConstraint(condition=models.Q(quantity__gt=0), name="outcome_some"),)
