"""Tables of the field dictionary, of forms and their versions, of rounds, and of the returns filled in them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.paths import PathField
from yinling.network import Body, Place

BY_ITSELF = models.Q(body__isnull=True)
"""Rows in which a place answers by itself. When it is merged into another they stay its own: the other answers too."""


class DictionaryField(models.Model):
    """An entry of the field dictionary: what can be asked, defined once (see `forms.Field`). `definition` is its version in
    force; a form takes a copy, so a published form never changes with it."""

    key = models.CharField(pgettext_lazy("of a form or field", "key"), max_length=40, unique=True)
    label = models.CharField(_("label"), max_length=120)
    owner = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("defined by"))
    area_path = PathField()
    version = models.IntegerField(default=1)
    definition = models.JSONField()
    changed_by = models.BigIntegerField()

    def __str__(self) -> str:
        return self.label


class FormVersion(models.Model):
    """One version of a form. A draft can be edited; what is published is frozen with the digest of its content."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    key = models.CharField(pgettext_lazy("of a form or field", "key"), max_length=40)
    number = models.IntegerField(_("version"), default=1)
    title = models.CharField(pgettext_lazy("of a form", "title"), max_length=120)
    owner = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("designed by"))
    area_path = PathField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    content = models.JSONField()
    digest = models.CharField(max_length=64, blank=True)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "number"), name="form_version_once"),)

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Round(models.Model):
    """A form version asked of all units of a kind in an area, for a period, until a day.

    `respondents` says who must fill: the places of a level (by its number) or the bodies of a kind. `checked_at` lists the
    levels whose offices check a return one after the other, the lowest first; the last of them accepts it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("collecting")
        LOCKED = "locked", _("locked")

    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="rounds")
    name = models.CharField(_("name"), max_length=120)
    asked_by = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    area_path = PathField()
    period = models.CharField(_("period"), max_length=24)
    respondents = models.CharField(_("who must fill it"), max_length=16)
    checked_at = ArrayField(models.SmallIntegerField())
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"))
    expires_on = models.DateField(_("expires on"))
    approver = models.CharField(_("approved by"), max_length=60)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    units = models.IntegerField(default=0)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(approver="") & ~models.Q(legal_basis=""), name="round_is_lawful"
            ),
            models.CheckConstraint(condition=models.Q(due_on__gte=models.F("opened_on")), name="round_dates"),
        )

    def __str__(self) -> str:
        return self.name


class Return(models.Model):
    """What one unit answers in a round. `waits_at` is the level whose office is to check it next (only while submitted);
    `answers` hold typed values by question, `outliers` what stood out against the last period. What was `reopened` is
    worked on also after its round was locked or has expired."""

    class State(models.TextChoices):
        DRAFT = "draft", _("to be filled in")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("sent back")
        ACCEPTED = "accepted", _("accepted")
        LOCKED = "locked", _("locked")

    round = models.ForeignKey(Round, models.PROTECT, related_name="returns")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name=_("body"))
    area_path = PathField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    waits_at = models.SmallIntegerField(null=True)
    answers = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    outliers = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    unchanged = models.BooleanField(default=False)
    reopened = models.BooleanField(default=False)
    submitted_by = models.BigIntegerField(null=True)
    submitted_on = models.DateField(null=True)
    accept_entry = models.BigIntegerField(null=True)
    batch_id = models.BigIntegerField(null=True, db_index=True)
    changed_by = models.BigIntegerField()

    speaks_for_place = BY_ITSELF

    class Meta:
        indexes = (
            models.Index("round", "area_path", name="return_place"),
            models.Index("area_path", "state", name="return_state"),
            models.Index("place", "body", name="return_unit"),
        )
        constraints = (
            models.UniqueConstraint(fields=("round", "place", "body"), name="return_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(state="submitted", waits_at__isnull=False)
                | (~models.Q(state="submitted") & models.Q(waits_at__isnull=True)),
                name="return_waits",
            ),
        )

    @property
    def is_changeable(self) -> bool:
        """Whether the unit works on it: not handed in yet, or sent back."""
        return self.state in CHANGEABLE

    @property
    def unit(self) -> str:
        """The name of who answers."""
        return self.body.name if self.body else self.place.name


CHANGEABLE = frozenset({Return.State.DRAFT, Return.State.RETURNED})
"""The states in which a unit works on its return."""


class Check(models.Model):
    """What an office said of a return: passed on, accepted, sent back with remarks on questions, reopened."""

    class Verdict(models.TextChoices):
        PASSED = "passed", _("passed on")
        ACCEPTED = "accepted", _("accepted")
        SENT_BACK = "sent_back", _("sent back")
        REOPENED = "reopened", _("reopened")

    answer = models.ForeignKey(Return, models.PROTECT, related_name="checks")
    area_path = PathField()
    level = models.SmallIntegerField()
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    remark = models.CharField(_("remark"), max_length=400, blank=True)
    remarks = models.JSONField(default=dict)
    by_name = models.CharField(max_length=40)
    on = models.DateField()
    entry_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("answer", "id", name="check_return"),)


class KnownAnswer(models.Model):
    """The latest accepted answer of a unit to a field: what the platform holds and does not ask again. Null where the latest
    return left it blank, where the only one was reopened, or where another place answers for this one since they merged.
    The facts of fields that count as stocks come from these rows."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    area_path = PathField()
    field = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    as_of = models.DateField()
    answer = models.ForeignKey(Return, models.PROTECT, related_name="known")

    speaks_for_place = BY_ITSELF

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("place", "body", "field"), name="known_once", nulls_distinct=False),
        )
