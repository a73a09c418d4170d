"""1+X examinations: vocational skill grades taken by students beside their diploma (pilot of 2019)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.paths import PathField
from yinling.network import Body


class Level(models.TextChoices):
    """Level of a 1+X certificate."""

    ELEMENTARY = "elementary", pgettext_lazy("1+X", "elementary")
    INTERMEDIATE = "intermediate", pgettext_lazy("1+X", "intermediate")
    ADVANCED = "advanced", pgettext_lazy("1+X", "advanced")


class Exam(models.Model):
    """One examination of a school's students in a batch, at a level, on a day. It lies where the school lies."""

    school = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("school"))
    area_path = PathField()
    batch = models.CharField(_("batch"), max_length=40)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    held_on = models.DateField(pgettext_lazy("an examination", "held on"))
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("area_path", "held_on", "id", name="exam_place"),)
        constraints = (models.UniqueConstraint(fields=("school", "batch", "level", "held_on"), name="exam_once"),)

    def __str__(self) -> str:
        return f"{self.school.name} {self.batch} {self.get_level_display()}"


class Candidate(models.Model):
    """A student who took an examination: the number on the list of candidates stands for them, no identity number is kept.
    Marks are out of 100; empty: did not sit that part."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="candidates")
    area_path = PathField()
    number = models.CharField(_("candidate number"), max_length=24)
    name = models.CharField(pgettext_lazy("of a person", "Name"), max_length=40)
    theory = models.DecimalField(_("theory"), max_digits=4, decimal_places=1, null=True)
    skills = models.DecimalField(
        pgettext_lazy("of an examination", "skills"), max_digits=4, decimal_places=1, null=True
    )
    passed = models.BooleanField(_("passed"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    batch_id = models.BigIntegerField(null=True)
    batch_row = models.IntegerField(null=True)
    entry_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("batch_id", name="candidate_batch", condition=models.Q(batch_id__isnull=False)),)
        constraints = (
            models.UniqueConstraint(
                fields=("exam", "number"), name="candidate_once", condition=models.Q(withdrawn=False)
            ),
            models.CheckConstraint(
                condition=models.Q(theory__isnull=True) | models.Q(theory__range=(0, 100)), name="theory_of_100"
            ),
            models.CheckConstraint(
                condition=models.Q(skills__isnull=True) | models.Q(skills__range=(0, 100)), name="skills_of_100"
            ),
        )
