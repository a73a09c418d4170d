"""Tables of official documents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.paths import PathField
from yinling.network import Body


class DocumentSeries(models.Model):
    """A run of document numbers of one body: 黔老龄办发 numbers 黔老龄办发〔2012〕1号, 2号, … anew each year."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("issuing body"))
    area_path = PathField()
    code_word = models.CharField(_("code word"), max_length=24, unique=True)
    issuer = models.CharField(_("name in the header"), max_length=80)
    changed_by = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.code_word


class Document(models.Model):
    """An issued document. The database refuses every later change but that of its state (and of the path of its place, when
    the map is redrawn)."""

    class State(models.TextChoices):
        VALID = "valid", pgettext_lazy("of a document", "valid")
        SUPERSEDED = "superseded", pgettext_lazy("of a document", "superseded")
        WITHDRAWN = "withdrawn", pgettext_lazy("of a document", "withdrawn")

    series = models.ForeignKey(DocumentSeries, models.PROTECT, related_name="documents", verbose_name=_("series"))
    area_path = PathField()
    year = models.SmallIntegerField(_("year"))
    number = models.IntegerField(_("number"))
    title = models.CharField(pgettext_lazy("of a document", "title"), max_length=200)
    layout = models.JSONField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)
    issued_on = models.DateField(_("issued on"))
    check_code = models.CharField(_("check code"), max_length=14, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.VALID)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="supersedes", verbose_name=_("superseded by")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ended_on = models.DateField(_("no longer valid since"), null=True)
    subject = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField()
    changed_by = models.BigIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=("area_path", "-issued_on", "-id"), name="document_place"),
            models.Index(fields=("subject", "subject_id"), name="document_subject", condition=~models.Q(subject="")),
        )
        constraints = (
            models.UniqueConstraint(fields=("series", "year", "number"), name="document_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="document_number_positive"),
            models.CheckConstraint(
                condition=models.Q(state="superseded", superseded_by__isnull=False)
                | (~models.Q(state="superseded") & models.Q(superseded_by__isnull=True)),
                name="document_superseded_by",
            ),
            models.CheckConstraint(
                condition=models.Q(state="valid", ended_on__isnull=True, reason="")
                | (~models.Q(state="valid") & models.Q(ended_on__isnull=False) & ~models.Q(reason="")),
                name="document_ended",
            ),
        )

    def __str__(self) -> str:
        return self.full_number

    @property
    def full_number(self) -> str:
        """The number as it stands on paper (GB/T 9704-2012, 7.2.5): 黔老龄办发〔2012〕8号."""
        return str(self.layout["number"])
