"""What people do with an import: upload, choose columns, ask for check, commit and undo. The worker does the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.action import action, because, change, create, locked, note
from yinling.base.rules import Actor, Placed, Refused
from yinling.exchange.importers import importer_of
from yinling.exchange.mapping import header_at, signature
from yinling.exchange.models import Batch, SavedMapping
from yinling.exchange.reading import store
from yinling.exchange.rules import import_area, import_body, may_export, may_import
from yinling.exchange.running import progress_of
from yinling.exchange.steps import FALLS_BACK, tops_of
from yinling.exchange.tasks import go_on

State = Batch.State
CHECKABLE = frozenset({State.UPLOADED, State.MAPPED, State.CHECKED})
PATIENCE = timedelta(minutes=1)
MAX_ATTEMPTS = 3
MIN_REASON = 2


@action("exchange.upload", label=gettext_lazy("Upload a file"), rule=may_import)
def upload_batch(*, importer: str, name: str, content: Iterable[bytes], by: Actor) -> Batch:
    """Keep a file and have its headers read. Refused where it is too large or no spreadsheet."""
    importer_of(importer).rule.demand(by)
    stored = store(name, content)
    batch = create(
        Batch(
            importer=importer,
            area_path=import_area(by),
            body_id=import_body(by),
            uploaded_by=by.account_id,
            uploader_name=by.name[:80],
            uploaded_at=clock.now(),
            file_name=PurePath(name.replace("\\", "/")).name[-200:],
            sha256=stored.sha256,
            size=stored.size,
            stored=stored.path,
            language=get_language() or "",
            asked_by=by.account_id,
            asked_at=clock.now(),
        )
    )
    _go_on(batch)
    return batch


@action("exchange.map_columns", label=gettext_lazy("Choose the columns"), rule=may_import, on="batch")
def map_columns(*, batch: Batch, sheet: str, header_row: int, mapping: Mapping[str, int], by: Actor) -> Batch:
    """Say which column (counted from 0) each field is; remembered for the next file with these headers. Raises
    ValidationError by field where a required one is missing or two fields share a column."""
    batch = _in(batch, CHECKABLE)
    importer = importer_of(batch.importer)
    columns = header_at(tops_of(batch), sheet, header_row).columns
    wrong: dict[str, str] = {}
    for field in importer.fields:
        column = mapping.get(field.key)
        if column is None:
            if field.required:
                wrong[field.key] = _("Choose the column that holds this.")
        elif column not in range(len(columns)):
            wrong[field.key] = _("There is no such column.")
        elif list(mapping.values()).count(column) > 1:
            wrong[field.key] = _("This column is chosen twice.")
    if wrong:
        raise ValidationError(wrong)
    chosen = {field.key: mapping[field.key] for field in importer.fields if field.key in mapping}
    SavedMapping.objects.update_or_create(
        importer=importer.key, body_id=batch.body_id, signature=signature(columns), defaults={"mapping": chosen}
    )
    return change(
        batch, state=State.MAPPED, sheet=sheet, header_row=header_row, columns=columns, mapping=chosen, problem=""
    )


@action("exchange.request_check", label=gettext_lazy("Have a file checked"), rule=may_import, on="batch")
def request_check(*, batch: Batch, by: Actor) -> Batch:
    """Have every row checked; nothing goes in yet."""
    return _ask(batch, frozenset({State.MAPPED, State.CHECKED}), State.CHECKING, by)


@action("exchange.request_commit", label=gettext_lazy("Have a file's rows put in"), rule=may_import, on="batch")
def request_commit(*, batch: Batch, by: Actor) -> Batch:
    """Have the good rows put in. A second request finds the state changed and is refused."""
    if batch.good == 0:
        raise Refused(_("No row can go in."))
    return _ask(batch, frozenset({State.CHECKED}), State.COMMITTING, by)


@action("exchange.request_undo", label=gettext_lazy("Have an import undone"), rule=may_import, on="batch")
def request_undo(*, batch: Batch, reason: str, by: Actor) -> Batch:
    """Have everything the batch brought taken out again; the reason stays in the audit trail."""
    if len(reason.strip()) < MIN_REASON:
        raise ValidationError({"reason": _("Say why.")})
    because(reason)
    return _ask(batch, frozenset({State.COMMITTED}), State.UNDOING, by, reason=reason.strip()[:200])


@action("exchange.go_on", label=gettext_lazy("Start a step of an import again"), rule=may_import, on="batch")
def resume(*, batch: Batch, by: Actor) -> Batch:
    """Start the step again that a worker which is gone had begun; after the third time, stop and say so."""
    batch = locked(batch)
    if batch.state not in FALLS_BACK or progress_of(batch.pk) is not None:
        return batch
    if batch.attempts >= MAX_ATTEMPTS:
        problem = _("The work was stopped from outside %(times)d times; nothing was changed.")
        return change(batch, state=FALLS_BACK[batch.state], problem=problem % {"times": batch.attempts})
    change(batch, asked_at=clock.now())
    _go_on(batch)
    return batch


def recover(*, waited: timedelta = timedelta(0), only: Batch | None = None) -> int:
    """Start again what dead workers left behind; returns how many batches were looked at.

    The worker calls it when it starts; pages with some patience (`waited` since the step was asked for), for a batch
    may simply wait for its turn. Starting a step twice does no harm: the second finds nothing to do.
    """
    left = Batch.objects.filter(state__in=list(FALLS_BACK), asked_at__lte=clock.now() - waited)
    if only is not None:
        left = left.filter(pk=only.pk)
    gone = [batch for batch in left if progress_of(batch.pk) is None]
    for batch in gone:
        resume(batch=batch, by=Actor.for_system("recovery"))
    return len(gone)


@action("exchange.export", label=gettext_lazy("Export a list"), rule=may_export, on="area")
def note_export(*, what: str, rows: int, personal: bool, reason: str = "", area: Placed, by: Actor) -> None:
    """Note that a list left the platform. Personal data leaves only with a reason (PIPL 6, 51; who saw what must be
    told)."""
    if personal and len(reason.strip()) < MIN_REASON:
        raise ValidationError({"reason": _("Say why you need personal data outside the platform.")})
    because(reason.strip())
    note(what=what, rows=rows, personal=personal)


def _in(batch: Batch, states: frozenset[State]) -> Batch:
    batch = locked(batch)
    if batch.state not in states:
        raise Refused(_("This import is already further on; nothing was done twice."))
    return batch


def _ask(batch: Batch, states: frozenset[State], then: State, by: Actor, reason: str = "") -> Batch:
    batch = change(
        _in(batch, states),
        state=then,
        asked_by=by.account_id,
        asked_at=clock.now(),
        attempts=0,
        problem="",
        blocked_by=[],
        language=get_language() or "",
        reason=reason,
    )
    _go_on(batch)
    return batch


def _go_on(batch: Batch) -> None:
    transaction.on_commit(lambda: go_on.enqueue(batch.pk))
