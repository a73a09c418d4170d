"""A training class: its lessons, who is on its roster, their marks, and where they work afterwards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.activities import Activity, Project, Session
from yinling.base.paths import PathField
from yinling.network import Body, Place
from yinling.people import Person
from yinling.training.courses import COURSES, Part


class ClassState(models.TextChoices):
    """Where a class stands. Its roster is open until it begins; then it changes with a reason only."""

    PLANNED = "planned", pgettext_lazy("a class", "roster open")
    RUNNING = "running", pgettext_lazy("a class", "roster fixed")
    HELD = "held", pgettext_lazy("a class", "finished")
    WITHDRAWN = "withdrawn", pgettext_lazy("a class", "withdrawn")


class TrainingClass(models.Model):
    """A class (期) of a series: an activity of the kind `class`; the series is its project. `hours` are class hours as
    planned. A class that was held before it was recorded is `taken_over`: its roster came from a list, not from lessons."""

    activity = models.OneToOneField(Activity, models.PROTECT, primary_key=True, related_name="training_class")
    series = models.ForeignKey(
        Project, models.PROTECT, related_name="classes", verbose_name=pgettext_lazy("of classes", "series")
    )
    area_path = PathField()
    course = models.CharField(
        _("course"), max_length=24, choices=[(course.key, course.label) for course in COURSES.values()]
    )
    ordinal = models.PositiveSmallIntegerField(_("which class of the series"))
    hours = models.PositiveSmallIntegerField(_("class hours planned"))
    capacity = models.PositiveIntegerField(pgettext_lazy("of a class", "places"))
    teacher = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("teacher"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=12, choices=ClassState, default=ClassState.PLANNED)
    taken_over = models.BooleanField(_("held before it was recorded"), default=False)
    entry_id = models.BigIntegerField(null=True)
    """The entry whose facts say that it was held."""
    batch_id = models.BigIntegerField(null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index("area_path", "starts_on", "activity", name="class_place"),
            models.Index("batch_id", name="class_batch", condition=models.Q(batch_id__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="class_dates"),
            models.UniqueConstraint(
                fields=("series", "course", "ordinal"), name="class_once", condition=~models.Q(state="withdrawn")
            ),
        )

    def __str__(self) -> str:
        return self.activity.title


class Half(models.TextChoices):
    """A half day; lessons begin and end with it."""

    MORNING = "am", _("morning")
    AFTERNOON = "pm", _("afternoon")
    EVENING = "eve", _("evening")


class Lesson(models.Model):
    """Half a day of a class: a session with its teacher. Nobody teaches, and no venue is used, twice at a time."""

    session = models.OneToOneField(Session, models.PROTECT, primary_key=True, related_name="+")
    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="lessons")
    area_path = PathField()
    day = models.DateField(_("day"))
    half = models.CharField(_("half day"), max_length=3, choices=Half)
    teacher = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("teacher"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    venue = models.CharField(pgettext_lazy("of a lesson", "venue"), max_length=120)
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    cancelled = models.BooleanField(_("cancelled"), default=False)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("training_class", "day", "half", name="lesson_of_class"),)
        constraints = (
            models.UniqueConstraint(
                fields=("teacher", "day", "half"),
                name="teacher_once",
                condition=models.Q(cancelled=False, teacher__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("place", "venue", "day", "half"), name="venue_once", condition=models.Q(cancelled=False)
            ),
        )


class TraineeState(models.TextChoices):
    """What became of somebody on the roster."""

    ENROLLED = "enrolled", pgettext_lazy("a trainee", "on the roster")
    FINISHED = "finished", pgettext_lazy("a trainee", "finished the class")
    UNFINISHED = "unfinished", pgettext_lazy("a trainee", "did not finish the class")
    LEFT = "left", pgettext_lazy("a trainee", "left the class")


class Trainee(models.Model):
    """A person on the roster of a class; or, where a class taken over kept no names, a number of `people` with the paper
    that shows it (`basis`). `entry_id` is the entry whose facts say that the class was finished."""

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="trainees")
    area_path = PathField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="classes")
    people = models.PositiveIntegerField(_("number of people"), default=1)
    basis = models.CharField(_("paper that shows it"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=TraineeState, default=TraineeState.ENROLLED)
    why = models.CharField(_("why"), max_length=200, blank=True)
    settled_on = models.DateField(_("settled on"), null=True)
    certificate = models.CharField(_("certificate number"), max_length=40, blank=True)
    entry_id = models.BigIntegerField(null=True)
    batch_id = models.BigIntegerField(null=True)
    batch_row = models.IntegerField(null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("batch_id", name="trainee_batch", condition=models.Q(batch_id__isnull=False)),)
        constraints = (
            models.UniqueConstraint(
                fields=("training_class", "person"),
                name="trainee_once",
                condition=models.Q(person__isnull=False) & ~models.Q(state="left"),
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, people=1)
                | models.Q(person__isnull=True, people__gt=0) & ~models.Q(basis=""),
                name="trainee_or_number",
            ),
        )

    def __str__(self) -> str:
        return self.person.masked_name if self.person else str(self.people)


class MarkState(models.TextChoices):
    """Where a mark stands. Only confirmed ones count."""

    ENTERED = "entered", pgettext_lazy("a mark", "to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("a mark", "confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("a mark", "withdrawn")


class Mark(models.Model):
    """A mark out of 100 in one part of the examination, entered by one account and confirmed by another. A failed part may be
    taken again: the next `attempt`."""

    trainee = models.ForeignKey(Trainee, models.PROTECT, related_name="marks")
    area_path = PathField()
    part = models.CharField(_("part"), max_length=8, choices=Part)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    mark = models.DecimalField(_("mark"), max_digits=4, decimal_places=1)
    taken_on = models.DateField(_("taken on"))
    state = models.CharField(_("state"), max_length=12, choices=MarkState, default=MarkState.ENTERED)
    why = models.CharField(_("why"), max_length=200, blank=True)
    entered_by = models.BigIntegerField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("trainee", "part", "attempt"), name="mark_once", condition=~models.Q(state="withdrawn")
            ),
            models.CheckConstraint(condition=models.Q(mark__range=(0, 100)), name="mark_of_100"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("entered_by")),
                name="mark_by_two",
            ),
        )


class Placement(models.Model):
    """A trainee works somewhere after the class. `followed_up_on` is the day somebody last asked whether they still do."""

    trainee = models.ForeignKey(Trainee, models.PROTECT, related_name="placements")
    area_path = PathField()
    employer = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("employer"))
    post = models.CharField(_("post"), max_length=60)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True)
    followed_up_on = models.DateField(_("last asked on"), null=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    entry_id = models.BigIntegerField()
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("trainee", "employer", "since"), name="placement_once", condition=models.Q(withdrawn=False)
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")), name="placement_dates"
            ),
        )
