"""Tables of the import component: an uploaded file and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.crypto import EncryptedTextField
from yinling.base.paths import PathField


class Batch(models.Model):
    """One uploaded file on its way into the register. What a background worker is doing with it is its state; how far
    that has come is not kept in a table (see `running`)."""

    class State(models.TextChoices):
        READING = "reading", _("being read")
        UPLOADED = "uploaded", _("uploaded")
        MAPPED = "mapped", _("columns chosen")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        COMMITTING = "committing", _("going in")
        COMMITTED = "committed", _("in the register")
        FAILED = "failed", _("failed")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    importer = models.CharField(max_length=40)
    area_path = PathField()
    body_id = models.BigIntegerField(null=True)
    uploaded_by = models.BigIntegerField(null=True)
    uploader_name = models.CharField(max_length=80)
    uploaded_at = models.DateTimeField()
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    stored = models.CharField(max_length=120)
    top = EncryptedTextField(context="batch.top", default="", blank=True)
    """The first rows of each sheet, as JSON: enough to choose sheet, header row and columns without opening the
    file."""
    sheet = models.CharField(max_length=120, blank=True)
    header_row = models.IntegerField(default=1)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READING)
    language = models.CharField(max_length=12, blank=True)
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    good = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    problem = models.TextField(blank=True)
    blocked_by = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    entry_id = models.BigIntegerField(null=True)
    undo_entry_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index("area_path", "id", name="batch_place"),)

    def __str__(self) -> str:
        return self.file_name


class StagedRow(models.Model):
    """A checked row of a batch: a good one as the values that will go in, a refused one as the texts of its cells with
    the reasons. Encrypted, because both hold whatever the file held; good rows are deleted when they have gone in."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows", db_index=False)
    number = models.IntegerField()
    ok = models.BooleanField()
    data = EncryptedTextField(context="staged_row.data")
    reasons = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("batch", "ok", "number"), name="staged_row_once"),)


class SavedMapping(models.Model):
    """Which columns a body's people last chose for a file with these headers."""

    importer = models.CharField(max_length=40)
    body_id = models.BigIntegerField(null=True)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("importer", "signature", "body_id"), name="mapping_once", nulls_distinct=False
            ),
        )
