"""Tables of work reports: templates, reports, and the figures an issued report states."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import PathField
from yinling.figures import Frozen
from yinling.network import Body, Place
from yinling.office import Document

HUNDRED = Decimal(100)


class ReportTemplate(models.Model):
    """The text a kind of report begins with. A version that a report was started from stays as it is; a change makes the
    next version. `current`: the latest one."""

    name = models.CharField(_("name"), max_length=120)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("office"))
    area_path = PathField()
    text = models.TextField(_("text"))
    version = models.IntegerField(_("version"), default=1)
    current = models.BooleanField(default=True)
    changed_by = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("body", "name", "version"), name="report_template_version"),)

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """A work report of an office about its place and a period.

    While it is written its figures are read anew each time; when it is issued they are frozen at one cut-off, and the text
    as issued is kept in its document. `writers`: the accounts that wrote on it, none of which may issue it. `replaces`: the
    issued report that this one corrects.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        ISSUED = "issued", _("issued")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SUPERSEDED = "superseded", _("superseded")

    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="reports", verbose_name=_("template"))
    issuer = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    period = models.CharField(_("period"), max_length=24)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    remark = models.TextField(_("remark"), blank=True)
    writers: ArrayField[list[int], list[int]] = ArrayField(models.BigIntegerField(), default=list)
    submitted_by = models.BigIntegerField(null=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    cutoff = models.BigIntegerField(null=True)
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, related_name="report", verbose_name=_("document")
    )
    changed_by = models.BigIntegerField(default=0)

    class Meta:
        indexes = (models.Index("area_path", "period", "state", name="report_place"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=("draft", "review"))
                | models.Q(cutoff__isnull=False, document__isnull=False),
                name="report_issued_whole",
            ),
            models.UniqueConstraint(
                fields=("replaces",),
                name="report_replaced_once",
                condition=models.Q(state__in=("issued", "superseded")),
            ),
        )

    OPEN: ClassVar[tuple[str, ...]] = (State.DRAFT, State.REVIEW)

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is still being written or reviewed."""
        return self.state in self.OPEN


class ReportFigure(models.Model):
    """One figure of an issued report: as printed, and the frozen figures it was made from.

    `frozen` is the figure itself, the part of a share, the later value of a difference, or, for a sum of cited reports,
    the issuer's own figure beside it; `against` the whole of the share or the earlier value. `stated` is the figure of
    another report: one row of kind `part` for each report that a sum cites. A figure that only decided a sentence is of
    kind `condition` and prints nothing.
    """

    class Kind(models.TextChoices):
        SINGLE = "figure", _("figure")
        SHARE = "share", _("share")
        DIFFERENCE = "difference", _("difference")
        CITED = "cited", _("sum of reports")
        PART = "part", _("cited report")
        CONDITION = "condition", _("decides a sentence")

    report = models.ForeignKey(Report, models.PROTECT, related_name="figures")
    area_path = PathField()
    mark = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.CharField(max_length=80)
    frozen = models.ForeignKey(Frozen, models.PROTECT, null=True, related_name="+")
    against = models.ForeignKey(Frozen, models.PROTECT, null=True, related_name="+")
    stated = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("report", "mark"), name="report_figure_once", condition=~models.Q(kind="part")
            ),
            models.CheckConstraint(
                condition=models.Q(kind="part", stated__isnull=False, frozen__isnull=True)
                | (~models.Q(kind="part") & models.Q(stated__isnull=True, frozen__isnull=False)),
                name="report_figure_source",
            ),
        )
