"""Tables of supervision: visits, findings with the steps that follow each of them to its end, and trainings of leaders."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.paths import PathField
from yinling.network import Body, Place


class SupervisionVisit(models.Model):
    """An office of a higher level looked at the work of a place below it: of a body there, or of the place as such."""

    office = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("visiting office"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place visited"))
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("body visited"))
    area_path = PathField()
    visited_on = models.DateField(_("visited on"))
    visitors = models.CharField(_("who went"), max_length=120, blank=True)
    summary = models.TextField(_("what was looked at"), blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    entry_id = models.BigIntegerField()

    class Meta:
        constraints = (
            # One visit a day of one office to one body or place: what is sent twice is recorded once.
            models.UniqueConstraint(
                fields=("office", "place", "body", "visited_on"),
                name="supervision_visit_once",
                condition=models.Q(withdrawn=False),
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.visited} {self.visited_on}"

    @property
    def visited(self) -> str:
        """The name of what was visited."""
        return self.body.name if self.body else self.place.name

    @property
    def kind(self) -> str:
        """What kind of thing was visited: a kind of body, or `place`."""
        return self.body.kind if self.body else "place"


class Severity(models.TextChoices):
    """How much a finding weighs."""

    NOTE = "note", _("for attention")
    MEND = "mend", _("to mend")
    SERIOUS = "serious", _("serious")


class State(models.TextChoices):
    """Where a finding stands. What leads from one to the other stands in `workflow.STEPS`."""

    OPEN = "open", _("to be mended")
    ANSWERED = "answered", _("answered")
    SENT_BACK = "sent_back", _("sent back")
    CLOSED = "closed", pgettext_lazy("of a finding", "closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Finding(models.Model):
    """Something found during a visit: what, how grave, who mends it by when, and where it stands today."""

    visit = models.ForeignKey(
        SupervisionVisit, models.PROTECT, related_name="findings", verbose_name=_("supervision visit")
    )
    area_path = PathField()
    what = models.CharField(_("what was found"), max_length=300)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    owner = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("to be mended by"))
    in_charge = models.CharField(_("post in charge"), max_length=40, blank=True)
    due_on = models.DateField(_("due on"))
    due_certain = models.BooleanField(_("holidays of that year are known"), default=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    closed_on = models.DateField(_("closed on"), null=True)
    changed_by = models.BigIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index("area_path", "state", "due_on", name="finding_place"),
            models.Index("owner", "state", name="finding_owner"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("visit", "what"), name="finding_once", condition=~models.Q(state="withdrawn")
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_on__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_on=None)),
                name="finding_closed",
            ),
        )

    def __str__(self) -> str:
        return self.what


class FindingStep(models.Model):
    """One step of a finding: what was done, on which day, with which words. Evidence hangs on the step's audit entry."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="steps", verbose_name=_("finding"))
    area_path = PathField()
    verb = models.CharField(_("step"), max_length=9)
    state = models.CharField(_("state"), max_length=9, choices=State)
    on = models.DateField(_("on"))
    text = models.TextField(_("text"), blank=True)
    entry_id = models.BigIntegerField(db_index=True)


class LeaderTraining(models.Model):
    """A training of leaders of associations that an office held."""

    host = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("held by"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    held_on = models.DateField(pgettext_lazy("a training", "held on"))
    people = models.PositiveIntegerField(_("number of people"))
    topics = models.CharField(_("topics"), max_length=200)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    entry_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("host", "place", "held_on", "topics"),
                name="leader_training_once",
                condition=models.Q(withdrawn=False),
            ),
        )

    def __str__(self) -> str:
        return self.topics
