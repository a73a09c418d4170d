"""Rules: who may do what, and why not. One definition is both the check of a row and the filter of a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import is_under, under

M = TypeVar("M", bound=Model)
Reason = str | Promise


class Placed(Protocol):
    """Anything that carries its place: a row, a place itself."""

    @property
    def area_path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held at a body, reaching down the subtree of the body's place."""

    role: str
    path: str
    body_id: int | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the account, the roles it holds today, and where the request came from. Always passed, never ambient."""

    account_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    origin: str = ""
    system: bool = False

    @classmethod
    def for_system(cls, name: str) -> Actor:
        """The platform itself (set-up, demo, scheduled work): no rule holds it back, the audit trail names it."""
        return cls(account_id=None, name=name, origin="system", system=True)

    def reach(self, roles: frozenset[str]) -> tuple[str, ...]:
        """The subtrees in which any of `roles` is held."""
        return tuple(grant.path for grant in self.grants if grant.role in roles)

    def has(self, *roles: str) -> bool:
        """Whether any of `roles` is held anywhere."""
        return self.system or any(grant.role in roles for grant in self.grants)

    @property
    def home(self) -> str:
        """The widest subtree this actor holds any role in: where the cockpit opens."""
        return min((grant.path for grant in self.grants), key=len, default="")


@dataclass(frozen=True, slots=True)
class Allowed:
    """A true answer."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """A false answer with its reason, in the reader's language."""

    reason: Reason

    def __bool__(self) -> bool:
        return False


Answer = Allowed | Denied
NOBODY = Q(pk__in=[])
EVERYBODY = Q()


class Refused(Exception):
    """An action that its rule, or the state of the row, does not allow. `reason` is for the reader."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule. `check` answers for one row (or, where a rule needs no row, for None); `filter` gives the same rows."""

    name: str
    test: Callable[[Actor, Placed | None], Answer] = field(repr=False)
    where: Callable[[Actor], Q] = field(repr=False)

    def check(self, actor: Actor, row: Placed | None = None) -> Answer:
        """Whether `actor` may, for `row`."""
        return Allowed() if actor.system else self.test(actor, row)

    def demand(self, actor: Actor, row: Placed | None = None) -> None:
        """Raise `Refused` with the reason unless allowed."""
        answer = self.check(actor, row)
        if isinstance(answer, Denied):
            raise Refused(answer.reason)

    def filter(self, actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
        """The rows of `rows` for which `check` is true."""
        return rows if actor.system else rows.filter(self.where(actor))

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            f"{self.name} or {other.name}",
            lambda actor, row: self.test(actor, row) or other.test(actor, row),
            lambda actor: self.where(actor) | other.where(actor),
        )

    def __and__(self, other: Rule) -> Rule:
        def test(actor: Actor, row: Placed | None) -> Answer:
            first = self.test(actor, row)
            return other.test(actor, row) if first else first

        return Rule(f"{self.name} and {other.name}", test, lambda actor: self.where(actor) & other.where(actor))


def within(*roles: str) -> Rule:
    """Held by those who have one of `roles` at the row's place or above it; without a row, by those who have it anywhere."""
    wanted = frozenset(roles)

    def test(actor: Actor, row: Placed | None) -> Answer:
        reach = actor.reach(wanted)
        if not reach:
            return Denied(_("Your account does not hold a role that may do this."))
        if row is not None and not any(is_under(row.area_path, path) for path in reach):
            return Denied(_("This lies outside the area you are responsible for."))
        return Allowed()

    def where(actor: Actor) -> Q:
        reach = actor.reach(wanted)
        if not reach:
            return NOBODY
        inside = Q()
        for path in reach:
            inside |= under(path)
        return inside

    return Rule(f"within({', '.join(sorted(wanted))})", test, where)


anyone = Rule("anyone", lambda _actor, _row: Allowed(), lambda _actor: EVERYBODY)
"""Open to strangers: public pages only."""

signed_in = Rule(
    "signed in",
    lambda actor, _row: Allowed() if actor.account_id is not None else Denied(_("Please sign in.")),
    lambda actor: EVERYBODY if actor.account_id is not None else NOBODY,
)


def holds_on(day: date, since: date, until: date | None) -> bool:
    """Whether a dated row holds on `day`: from `since`, up to but not including `until`."""
    return since <= day and (until is None or day < until)
