"""Actions: the only way to write.

An action is a function of keyword arguments with an explicit actor (`by=`). The decorator checks its rule, opens the
transaction, keeps a notebook of what changed, and at the end hands the notebook to the recorder (the `facts` module), which
writes one audit entry and checks that the facts the action declares were recorded. Nested actions join the outer
transaction; their entries are written together at its end, in order, so the chain of entries is locked only briefly.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from django.db import connection, connections, models, transaction
from django.utils.translation import gettext as _

from yinling.base.crypto import EncryptedTextField
from yinling.base.rules import Actor, Placed, Reason, Refused, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

F = TypeVar("F", bound=Callable[..., Any])
M = TypeVar("M", bound=models.Model)
HIDDEN = "•••"
SECRET_COLUMNS = frozenset({"password", "digest"})
"""Columns that the audit trail must never keep, beside encrypted ones and keyed hashes."""


@dataclass(slots=True)
class Act:
    """The notebook of one running action."""

    entry_id: int
    spec: ActionSpec
    actor: Actor
    area_path: str = ""
    subject: str = ""
    subject_id: int | None = None
    reason: str = ""
    changes: list[dict[str, object]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    has_facts: bool = False
    memo: dict[object, int] = field(default_factory=dict)

    def about(self, row: models.Model, path: str | None = None) -> None:
        """Name the row this action is about (the first one written is taken otherwise)."""
        self.subject = row._meta.model_name or ""
        self.subject_id = row.pk
        self.area_path = path if path is not None else str(getattr(row, "area_path", self.area_path))


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What is declared of an action: its name, label, rule and the kinds of fact it records."""

    name: str
    label: Reason
    rule: Rule
    on: str | None
    records: frozenset[str]
    redraws_map: bool = False


class Recorder(Protocol):
    """What the `facts` module gives to actions."""

    def begin(self, spec: ActionSpec) -> int: ...

    def close(self, act: Act) -> None: ...

    def write(self, acts: Sequence[Act]) -> None: ...


registry: dict[str, ActionSpec] = {}
_recorder: list[Recorder] = []
_running: ContextVar[tuple[Act, ...]] = ContextVar("yinling_running_acts", default=())
_finished: ContextVar[list[Act] | None] = ContextVar("yinling_finished_acts", default=None)


def install(recorder: Recorder) -> None:
    """Give actions their recorder; called once, when the application starts."""
    _recorder[:] = [recorder]


class OutsideAction(RuntimeError):
    """A write was tried where no action is running. A programming error."""


class UndeclaredFact(RuntimeError):
    """An action recorded a fact it does not declare, or forgot one it does. A programming error."""


def current() -> Act:
    """The running action's notebook; raises OutsideAction where there is none."""
    running = _running.get()
    if not running:
        raise OutsideAction("writes happen inside an action")
    return running[-1]


@contextmanager
def _notebook(spec: ActionSpec, actor: Actor) -> Iterator[Act]:
    recorder = _recorder[0]
    outermost = _finished.get() is None
    token = _finished.set([]) if outermost else None
    try:
        with transaction.atomic():
            act = Act(entry_id=recorder.begin(spec), spec=spec, actor=actor)
            running = _running.set((*_running.get(), act))
            mark = len(_finished.get() or [])
            try:
                yield act
                recorder.close(act)
            except BaseException:
                del cast("list[Act]", _finished.get())[mark:]  # nested work is rolled back with this action
                raise
            finally:
                _running.reset(running)
            cast("list[Act]", _finished.get()).append(act)
            if outermost:
                recorder.write(cast("list[Act]", _finished.get()))
    finally:
        if token is not None:
            _finished.reset(token)


def action(
    name: str,
    *,
    label: Reason,
    rule: Rule,
    on: str | None = None,
    records: Iterable[str] = (),
    redraws_map: bool = False,
) -> Callable[[F], F]:
    """Declare an action.

    `name` is its stable dotted name in the audit trail; `label` what people read there; `rule` who may; `on` the argument
    that carries the place the rule is checked against (a row is read anew when the action has begun); `records` the fact
    kinds it must touch; an action that `redraws_map` runs while no other does, because it changes the paths others write
    under. The decorated function takes keyword arguments only, among them `by`, and may raise `Refused` or
    `ValidationError`; then nothing is written.
    """
    spec = ActionSpec(name, label, rule, on, frozenset(records), redraws_map)
    if name in registry:
        raise ValueError(f"two actions are named {name}")
    registry[name] = spec

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def run(*, by: Actor, **arguments: Any) -> Any:
            target = cast("Placed | None", arguments[on]) if on else None
            rule.demand(by, target)
            with _notebook(spec, by) as act:
                if target is not None:
                    # Only now does the map hold still: the place may have moved since the caller read the row.
                    if isinstance(target, models.Model) and not target._state.adding:
                        target.refresh_from_db()
                        rule.demand(by, target)
                    act.area_path = target.area_path
                result = function(by=by, **arguments)
                if act.touched != spec.records:
                    raise UndeclaredFact(f"{name}: declares {sorted(spec.records)}, touched {sorted(act.touched)}")
                return result

        run.spec = spec  # type: ignore[attr-defined]
        return cast("F", run)

    return decorate


def create(row: M) -> M:
    """Insert one row and note its values."""
    act = current()
    row.save(force_insert=True)
    _note_new(act, row)
    return row


def create_many(rows: Sequence[M], at_once: int = 500) -> list[M]:
    """Insert rows of one table, `at_once` in each statement, and note the values of every one."""
    act = current()
    made = type(rows[0])._base_manager.bulk_create(rows, batch_size=at_once) if rows else []
    for row in made:
        _note_new(act, row)
    return made


def copy_many(rows: Sequence[M]) -> Sequence[M]:
    """Insert rows of one table by COPY, those without a key with the next ones; for thousands, which no trail could list:
    nothing is noted of them. Raises IntegrityError as a single row would."""
    current()
    if not rows:
        return rows
    table = type(rows[0])._meta
    fields = [field for field in table.concrete_fields if not field.primary_key]
    real = connections[connection.alias]  # which `connection` looks up at each of a hundred thousand values
    columns = ", ".join(str(field.column) for field in (table.pk, *fields))
    with connection.wrap_database_errors, connection.cursor() as cursor:
        keys = [row.pk for row in rows] if rows[0].pk else _next_keys(cursor, table, len(rows))
        with cursor.copy(f"COPY {table.db_table} ({columns}) FROM STDIN") as copy:
            for key, row in zip(keys, rows, strict=True):
                copy.write_row((key, *(f.get_db_prep_save(f.pre_save(row, True), real) for f in fields)))
    for key, row in zip(keys, rows, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, connection.alias
    return rows


def _next_keys(cursor: Any, table: Any, count: int) -> list[int]:
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
        [table.db_table, table.pk.column, count],
    )
    return [key for (key,) in cursor.fetchall()]


def _note_new(act: Act, row: models.Model) -> None:
    if not act.subject:
        act.about(row)
    after = {f.attname: shown(row, f) for f in row._meta.concrete_fields if not f.primary_key}
    act.changes.append({"row": row._meta.model_name, "id": row.pk, "after": after})


def locked(row: M) -> M:
    """The row as it is in the database now, locked until the action ends; LookupError-like DoesNotExist if it is gone."""
    current()
    return type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)


def demand_seen(row: models.Model, seen: int | None) -> None:
    """Refused where somebody changed the row since a user had it in front of them: `seen` is its `changed_by` as it was
    then (None: nobody looked)."""
    if seen is not None and row.changed_by != seen:  # type: ignore[attr-defined]
        raise Refused(_("Somebody changed this record while you had it open. Look at it again; nothing was saved."))


def change(row: M, **values: object) -> M:
    """Lock the row, write only the columns that differ from the database, and note before and after. Returns `row` as
    it now is."""
    act = current()
    stored = locked(row)
    names = [name for name, value in values.items() if getattr(stored, name) != value]
    if not act.subject:
        act.about(row)
    for column in row._meta.concrete_fields:
        setattr(row, column.attname, getattr(stored, column.attname))
    if not names:
        return row
    fields = [row._meta.get_field(name) for name in names]
    concrete = [cast("models.Field[Any, Any]", f) for f in fields]
    before = {f.attname: shown(stored, f) for f in concrete}
    for name in names:
        setattr(row, name, values[name])
    row.save(update_fields=names)
    after = {f.attname: shown(row, f) for f in concrete}
    act.changes.append({"row": row._meta.model_name, "id": row.pk, "before": before, "after": after})
    return row


def note(**values: object) -> None:
    """Note in the audit entry something that is not a column: a reason, a count, a file name."""
    current().changes.append({"note": {key: jsonable(value) for key, value in values.items()}})


def unwritten_facts() -> bool:
    """Whether this transaction has recorded facts whose audit entries are not written yet: no cut-off can tell them apart."""
    return any(act.has_facts for act in (*_running.get(), *(_finished.get() or ())))


def because(reason: str) -> None:
    """Give the audit entry its reason."""
    current().reason = reason


def shown(row: models.Model, column: models.Field[Any, Any]) -> object:
    """A column's value as the audit trail may hold it: personal data only as a mark that there is some."""
    value = getattr(row, column.attname)
    secret = column.name in SECRET_COLUMNS or column.name.endswith("_hash")
    if secret or isinstance(column, (EncryptedTextField, models.BinaryField)):
        return HIDDEN if value else ""
    return jsonable(value)


def jsonable(value: object) -> object:
    """A value that JSON keeps as it is; everything else as its text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    return str(value)
