"""Projects, their activities, and the sessions of these."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.activities.models.catalogue import Brand, Domain, Undertaking
from yinling.base import clock
from yinling.base.paths import PathField
from yinling.network import Body, Place
from yinling.people import Person
from yinling.volunteers import Station


class Platform(models.TextChoices):
    """The five platforms of activity of elderly associations."""

    LEARNING = "learning", _("learning")
    HELPING = "helping", _("helping each other")
    JOY = "joy", _("joy")
    CONTRIBUTING = "contributing", _("contributing")
    RECOGNITION = "recognition", _("recognition")


class ProjectState(models.TextChoices):
    """Where a project stands. People can join its sessions while it is published."""

    DRAFT = "draft", pgettext_lazy("a project", "draft")
    PUBLISHED = "published", pgettext_lazy("a project", "published")
    CLOSED = "closed", pgettext_lazy("a project", "ended")
    WITHDRAWN = "withdrawn", pgettext_lazy("a project", "withdrawn")


class Project(models.Model):
    """What an organiser sets out to do: a service project, a series of classes, a centre's programme, a brand's work.

    `risks` is what those who come are told (Order 685, 12); a project with `danger` needs accident insurance (17);
    `needs_training` names the topic, `needs_qualification` the kind of paper that must hold on the day of service (16);
    `least_age` and `most_age` are years on that day (15). A draft may lack what publishing asks for."""

    organiser = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("organiser"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    title = models.CharField(pgettext_lazy("of a project", "title"), max_length=120)
    summary = models.TextField(_("what is done"), blank=True)
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, related_name="+", verbose_name=_("domain"))
    undertaking = models.ForeignKey(
        Undertaking, models.PROTECT, null=True, related_name="projects", verbose_name=_("measure it carries out")
    )
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="projects", verbose_name=_("brand"))
    platform = models.CharField(_("platform"), max_length=16, choices=Platform, blank=True)
    served = models.CharField(_("for whom"), max_length=120, blank=True)
    contact = models.CharField(_("contact"), max_length=80, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    risks = models.TextField(_("risks"), blank=True)
    danger = models.BooleanField(_("possible danger to the person"), default=False)
    needs_insurance = models.BooleanField(_("accident insurance is needed"), default=False)
    needs_training = models.CharField(_("training needed"), max_length=60, blank=True)
    needs_qualification = models.CharField(_("qualification needed"), max_length=16, blank=True)
    needs_agreement = models.BooleanField(_("written agreement is needed"), default=False)
    least_age = models.PositiveSmallIntegerField(_("least age"), null=True)
    most_age = models.PositiveSmallIntegerField(_("greatest age"), null=True)
    strains = models.JSONField(_("strains"), default=list)
    """What the work asks of the body (the same words as a volunteer's limits): who declared such a limit cannot be given it."""
    state = models.CharField(_("state"), max_length=12, choices=ProjectState, default=ProjectState.DRAFT)
    published_on = models.DateField(_("published on"), null=True)
    batch_id = models.BigIntegerField(null=True)
    batch_row = models.IntegerField(null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index("area_path", "state", "id", name="project_place"),
            models.Index("batch_id", name="project_batch", condition=models.Q(batch_id__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="project_dates"),
        )

    def __str__(self) -> str:
        return self.title


class Activity(models.Model):
    """One activity of a project, of one kind (see `kinds`). `details` holds what its kind asks for beyond this."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("an activity", "planned")
        HELD = "held", pgettext_lazy("an activity", "held")
        CANCELLED = "cancelled", pgettext_lazy("an activity", "cancelled")

    project = models.ForeignKey(Project, models.PROTECT, related_name="activities")
    organiser = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("organiser"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    kind = models.CharField(_("kind"), max_length=16)
    title = models.CharField(pgettext_lazy("of a project", "title"), max_length=120)
    details = models.JSONField(default=dict)
    repeats = models.CharField(_("repeats"), max_length=200, blank=True)
    """An RRULE (RFC 5545) for its sessions, in China time; empty: they are set one by one."""
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNED)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("area_path", "kind", "id", name="activity_place"),)

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """An activity at one time in one venue. Times are instants; `day` is the day in China on which it begins. `key` makes the
    codes people check in with; it never leaves the server but to the organiser's own device."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a session", "open")
        HELD = "held", pgettext_lazy("a session", "held")
        CANCELLED = "cancelled", pgettext_lazy("a session", "cancelled")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sessions")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, related_name="sessions", verbose_name=_("service station")
    )
    venue = models.CharField(pgettext_lazy("of a session", "venue"), max_length=120, blank=True)
    day = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    closes_at = models.DateTimeField(_("sign-up until"), null=True)
    by_choice = models.BooleanField(_("the organiser chooses who comes"), default=False)
    slot = models.DateTimeField(null=True)
    """The moment at which its activity's repetition laid it out: one that was moved or cancelled is not laid out again."""
    notice = models.CharField(_("notice to those who come"), max_length=200, blank=True)
    """What changed last, or why it was cancelled."""
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)
    """With `revision` what calendars go by (RFC 5545, 3.8.7.4 and 3.8.7.3)."""
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    key = models.BinaryField(max_length=32)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index("area_path", "day", "id", name="session_place"),
            models.Index("day", "starts_at", "id", name="session_day"),
            models.Index("station", "day", name="session_station", condition=models.Q(station__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_times"),
            # What repeats is laid out once, however often it is asked for.
            models.UniqueConstraint(
                fields=("activity", "starts_at", "venue"), name="session_once", condition=~models.Q(state="cancelled")
            ),
            models.UniqueConstraint(
                fields=("activity", "slot"), name="session_slot", condition=models.Q(slot__isnull=False)
            ),
        )

    @property
    def where(self) -> str:
        """Place and venue."""
        return f"{self.place.short_name} {self.venue}".strip()


class SessionRole(models.Model):
    """What people come to a session as (helper, doctor, trainee, patient), and how many can. Every session has at least one.

    `taken` counts the places that are taken (confirmed or held for somebody invited); the database itself refuses one too
    many. `serves`: who comes in this role gives volunteer service, so it is for volunteers and counts hours."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="roles")
    area_path = PathField()
    name = models.CharField(pgettext_lazy("of a session", "role"), max_length=40)
    capacity = models.PositiveIntegerField(pgettext_lazy("of a role", "places"))
    taken = models.PositiveIntegerField(default=0)
    serves = models.BooleanField(_("gives volunteer service"), default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(taken__lte=models.F("capacity")), name="role_not_oversold"),
            models.UniqueConstraint(fields=("session", "name"), name="session_role_once"),
        )

    def __str__(self) -> str:
        return self.name


class Feed(models.Model):
    """The address under which a person's own calendar is fetched. Only a hash of the secret in it is kept; a new address
    ends the old one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="feeds")
    area_path = PathField()
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person",), name="feed_once", condition=models.Q(ended_at__isnull=True)),
        )
