"""What the background worker does with a batch: read its top, check its rows, put them in, take them out again.

Each step runs under the batch's lock (see `running`) and may be started again at any time: it begins by looking whether
there still is something to do, and until its last statement nothing of it can be seen. A worker that is killed leaves
the state, from which `recovery` starts the step anew.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, because, change, current, locked, note
from yinling.base.crypto import keyring
from yinling.base.rules import Actor, Refused
from yinling.exchange.importers import Importer, Row, importer_of
from yinling.exchange.mapping import TOP_ROWS, TopRows, find_header, propose, top_of
from yinling.exchange.models import Batch, StagedRow
from yinling.exchange.parsers import cell_text, is_empty, parse_row
from yinling.exchange.reading import NumberedRow, opened
from yinling.exchange.rules import may_import
from yinling.exchange.running import held, tell
from yinling.facts import BuiltOn
from yinling.network import Account, actor_of

log = logging.getLogger(__name__)
State = Batch.State
CHUNK = 2_000
ORIGIN = "background import"
COPY_STAGED = "COPY yinling_stagedrow (batch_id, number, ok, data, reasons) FROM STDIN"
CONTEXT = "staged_row.data"
FALLS_BACK: dict[str, str] = {
    State.READING: State.FAILED,
    State.CHECKING: State.MAPPED,
    State.COMMITTING: State.CHECKED,
    State.UNDOING: State.COMMITTED,
}
"""The states in which a worker is at a batch, and where the batch is when the step has come to nothing."""


def run(batch_id: int) -> None:
    """Do what the batch's state asks for; nothing where it asks for nothing or another worker is at it."""
    with held(batch_id) as free:
        batch = Batch.objects.filter(pk=batch_id, state__in=list(FALLS_BACK)).first() if free else None
        if batch is None:
            return
        with translation.override(batch.language):
            _run(batch)


def _run(batch: Batch) -> None:
    state, step = batch.state, STEPS[batch.state]
    by = _asker(batch)
    try:
        begin(batch=batch, by=by)
        step(batch, importer_of(batch.importer), by)
    except BuiltOn as refused:
        fall_back(batch=batch, was=state, problem=str(refused.reason), blocked_by=refused.sources, by=_system())
    except Refused as refused:
        fall_back(batch=batch, was=state, problem=str(refused.reason), by=_system())
    except Exception:
        problem = _("An error of the platform stopped this; nothing was changed.")
        fall_back(batch=batch, was=state, problem=problem, by=_system())
        raise


def _asker(batch: Batch) -> Actor:
    """Who asked for the step, with the roles held now; the platform itself where nobody signed in did."""
    if batch.asked_by is None:
        return _system()
    return actor_of(Account.objects.get(pk=batch.asked_by), ORIGIN)


def _system() -> Actor:
    return Actor.for_system(ORIGIN)


@action("exchange.begin", label=gettext_lazy("Begin a step of an import"), rule=may_import, on="batch")
def begin(*, batch: Batch, by: Actor) -> Batch:
    """Count the attempt, so that a file which kills the worker is not tried for ever."""
    return change(batch, attempts=batch.attempts + 1)


@action("exchange.fall_back", label=gettext_lazy("Stop a step of an import"), rule=may_import, on="batch")
def fall_back(*, batch: Batch, was: str, problem: str, blocked_by: Sequence[int] = (), by: Actor) -> Batch:
    """The step came to nothing: the batch is where it was before, with the reason."""
    batch = locked(batch)
    if batch.state != was:
        return batch
    return change(batch, state=FALLS_BACK[was], problem=problem, blocked_by=list(blocked_by))


def _read(batch: Batch, _importer: Importer, by: Actor) -> None:
    with opened(batch.stored) as book:
        tops = {sheet: top_of(list(islice(book.rows(sheet), TOP_ROWS))) for sheet in book.sheets}
    if not any(any(texts) for rows in tops.values() for _number, texts in rows):
        raise Refused(_("There is nothing in this file."))
    finish_reading(batch=batch, tops=tops, by=by)


@action("exchange.read", label=gettext_lazy("Read the headers of a file"), rule=may_import, on="batch")
def finish_reading(*, batch: Batch, tops: Mapping[str, TopRows], by: Actor) -> Batch:
    """Keep the file's first rows and propose which column is which."""
    batch = _expect(batch, State.READING)
    importer = importer_of(batch.importer)
    header = find_header(importer, tops)
    return change(
        batch,
        state=State.UPLOADED,
        top=json.dumps(tops, ensure_ascii=False),
        sheet=header.sheet,
        header_row=header.row,
        columns=header.columns,
        mapping=propose(importer, batch, header.columns),
    )


def tops_of(batch: Batch) -> dict[str, TopRows]:
    """The first rows of each sheet, as they were read."""
    found: dict[str, list[list[object]]] = json.loads(batch.top or "{}")
    return {sheet: [(int(str(n)), list(t)) for n, t in rows] for sheet, rows in found.items()}  # type: ignore[call-overload]


def _check(batch: Batch, importer: Importer, by: Actor) -> None:
    """Stage every row, chunk by chunk, each in a transaction of its own: staged rows are no records, nobody sees them
    until the batch is checked, and a check that stopped halfway is simply begun again."""
    _clear(batch)
    checker = importer.checker(by, batch)
    fields = [(importer.field(key), column) for key, column in batch.mapping.items()]
    labels = {field.key: str(field.label) for field in importer.fields}
    good = refused = 0
    with opened(batch.stored) as book:
        height = book.height(batch.sheet)
        for chunk in _chunks(_filled(book.rows(batch.sheet), batch.header_row)):
            rows = [parse_row(fields, number, cells) for number, cells in chunk]
            checker([row for row in rows if not row.problems])
            staged = [_staged(batch.pk, row, cells, labels) for row, (_number, cells) in zip(rows, chunk, strict=True)]
            _stage(staged)
            bad = sum(1 for row in rows if row.problems)
            good, refused = good + len(rows) - bad, refused + bad
            tell(chunk[-1][0], height)
    if good + refused == 0:
        raise Refused(_("There are no rows below the headers."))
    finish_check(batch=batch, good=good, refused=refused, by=by)


def _filled(rows: Iterator[NumberedRow], header_row: int) -> Iterator[NumberedRow]:
    return ((number, cells) for number, cells in rows if number > header_row and not all(map(is_empty, cells)))


def _chunks(rows: Iterable[NumberedRow]) -> Iterator[list[NumberedRow]]:
    pending = iter(rows)
    while chunk := list(islice(pending, CHUNK)):
        yield chunk


def _staged(batch_id: int, row: Row, cells: Sequence[object], labels: Mapping[str, str]) -> Sequence[object]:
    if not row.problems:
        return batch_id, row.number, True, _sealed(row.ready), "[]"
    texts = [cell_text(cell) for cell in cells]  # type: ignore[arg-type]
    reasons = [[labels.get(problem.field, ""), problem.text] for problem in row.problems]
    return batch_id, row.number, False, _sealed(texts), in_json(reasons)


in_json = json.JSONEncoder(ensure_ascii=False).encode


def _sealed(value: object) -> bytes:
    return keyring().encrypt(in_json(value), CONTEXT)


def _stage(rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY_STAGED) as copy:
        for row in rows:
            copy.write_row(row)


def _clear(batch: Batch, **which: bool) -> None:
    rows = StagedRow.objects.filter(batch=batch, **which)
    rows._raw_delete(rows.db)  # nothing refers to staged rows, so there is nothing for Django to collect first


@action("exchange.check", label=gettext_lazy("Check a file"), rule=may_import, on="batch")
def finish_check(*, batch: Batch, good: int, refused: int, by: Actor) -> Batch:
    """Every row is checked and staged."""
    return change(_expect(batch, State.CHECKING), state=State.CHECKED, good=good, refused=refused)


def _commit(batch: Batch, _importer: Importer, by: Actor) -> None:
    commit(batch=batch, by=by)


@action("exchange.commit", label=gettext_lazy("Put a file's rows in"), rule=may_import, on="batch")
def commit(*, batch: Batch, by: Actor) -> Batch:
    """All good rows go in, in this one transaction, with the state that says so. The batch's row is locked at the end
    only, so that its page can be answered meanwhile; until then the lock of the worker's session keeps others away."""
    importer = importer_of(batch.importer)
    current().about(batch)
    done = importer.commit(batch, _ready_rows(batch), by)
    batch = _expect(batch, State.COMMITTING)
    if done.count != batch.good:
        raise Refused(_("The staged rows are not those that were checked. Check the file again."))
    note(file=batch.file_name, rows=done.count)
    _clear(batch, ok=True)
    return change(batch, state=State.COMMITTED, entry_id=done.entry_id)


def _ready_rows(batch: Batch) -> Iterator[tuple[int, Mapping[str, object]]]:
    rows = StagedRow.objects.filter(batch=batch, ok=True).order_by("number").values_list("number", "data")
    for done, (number, data) in enumerate(rows.iterator(chunk_size=CHUNK)):
        if done % CHUNK == 0:
            tell(done, batch.good)
        yield number, json.loads(data)


def _undo(batch: Batch, _importer: Importer, by: Actor) -> None:
    undo(batch=batch, by=by)


@action("exchange.undo", label=gettext_lazy("Undo an import"), rule=may_import, on="batch")
def undo(*, batch: Batch, by: Actor) -> Batch:
    """Take everything the batch brought out again, by new records; raises BuiltOn where later ones build on it."""
    because(batch.reason)
    current().about(batch)
    assert batch.entry_id is not None, "only a committed batch is undone"
    count = importer_of(batch.importer).undo(
        batch_id=batch.pk, entry_id=batch.entry_id, reason=batch.reason, area=batch, by=by
    )
    note(file=batch.file_name, rows=count)
    return change(_expect(batch, State.UNDOING), state=State.UNDONE, undo_entry_id=current().entry_id)


def _expect(batch: Batch, state: str) -> Batch:
    found = locked(batch)
    if found.state != state:
        raise Refused(_("Meanwhile somebody else went on with this import."))
    return found


STEPS: dict[str, Callable[[Batch, Importer, Actor], None]] = {
    State.READING: _read,
    State.CHECKING: _check,
    State.COMMITTING: _commit,
    State.UNDOING: _undo,
}
