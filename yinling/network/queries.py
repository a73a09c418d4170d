"""Reads of the network: the tree, search, who somebody is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.db.models import Case, Q, QuerySet, When

from yinling.base import clock
from yinling.base.codes import CodeError, phone
from yinling.base.crypto import keyring
from yinling.base.paths import AFTER, prefixes, under
from yinling.base.reading import fixed, rows_of
from yinling.base.rules import Actor, Grant
from yinling.network.actions.accounts import PHONE, token_digest
from yinling.network.models import Account, Place, Token

SEARCH_LIMIT = 20


# Every request asks these; to put them together anew takes longer than to answer them.
_HELD = """FROM yinling_roleheld held JOIN yinling_body body ON body.id = held.body_id
WHERE held.account_id = %(account)s AND held.since <= %(day)s AND (held.until IS NULL OR held.until > %(day)s)"""
_GRANTS = f"SELECT held.role, held.area_path, held.body_id, body.name {_HELD}"
_COLUMNS = [field.attname for field in Account._meta.concrete_fields if field.attname != "phone"]
_SIGNED_IN = f"""SELECT {", ".join(_COLUMNS)},
    ARRAY(SELECT json_build_array(held.role, held.area_path, held.body_id, body.name) {_HELD})
FROM yinling_account WHERE id = %(account)s"""  # noqa: S608 - constants


def account_of_session(account_id: int) -> Account | None:
    """The account of a session with the roles it holds today, in one statement; its telephone number, which no page of
    others shows, is read and decrypted only when asked for."""
    day = clock.today()
    for row in fixed(_SIGNED_IN, {"account": account_id, "day": day}):
        account = Account.from_db(connection.alias, _COLUMNS, row[:-1])
        account.held = (day, tuple(Grant(*held) for held in row[-1]))
        return account
    return None


def actor_of(account: Account, origin: str, on: date | None = None) -> Actor:
    """The actor an account is on a day (today): its name and the roles it holds then."""
    day = on or clock.today()
    if account.held and account.held[0] == day:
        return Actor(account_id=account.pk, name=account.display_name, grants=account.held[1], origin=origin)
    grants = tuple(Grant(*row) for row in fixed(_GRANTS, {"account": account.pk, "day": day}))
    return Actor(account_id=account.pk, name=account.display_name, grants=grants, origin=origin)


def account_by_login(login: str) -> Account | None:
    """The account that signs in with this name or phone number."""
    found = Account.objects.filter(username=login.strip()).first()
    if found is None:
        try:
            number = phone(login).number
        except CodeError:
            return None
        found = Account.objects.filter(phone_hash__in=keyring().hashes(number, PHONE)).first()
    return found


def account_by_token(text: str) -> tuple[Account, str] | None:
    """The account and scope behind a token that is still good."""
    token = (
        Token.objects.select_related("account")
        .filter(
            digest=token_digest(text), ended_at__isnull=True, expires_on__gte=clock.today(), account__is_active=True
        )
        .first()
    )
    return (token.account, token.scope) if token else None


def children_of(place: Place | None, on: date | None = None) -> QuerySet[Place]:
    """The places that belong to `place` (None: the provinces) on a day (today), in code order."""
    day = on or clock.today()
    return (
        Place.objects.filter(parent=place, opened__lte=day)
        .filter(Q(closed__isnull=True) | Q(closed__gt=day))
        .order_by("area_path")
    )


def line_of(place: Place) -> list[Place]:
    """The places above `place`, the province first, itself last."""
    return line_at(place.area_path)


def line_at(path: str) -> list[Place]:
    """The places on the way to a path, the province first; the last is the place with this path, if there is one."""
    return rows_of(Place, "self.area_path = ANY(%s) ORDER BY self.level", [prefixes(path)])


def find_places(
    text: str, *, root: str = "", levels: Sequence[int] = (1, 2, 3, 4, 5), limit: int = SEARCH_LIMIT
) -> list[Place]:
    """Existing places whose name, pinyin initials or code begin with `text`; then those whose name holds it.

    What matches exactly comes first, then higher levels. `root` narrows it to a subtree, `levels` to some levels.
    """
    text = text.strip()
    if not text:
        return []
    places = Place.objects.filter(under(root), closed__isnull=True, level__in=levels)
    if text.isascii():
        column = "code" if text.isdigit() else "initials"
        return _beginning(places, column, text.lower(), AFTER, limit)
    found = _beginning(places, "short_name", text, "\U0010ffff", limit)
    if len(found) < limit:
        known = {place.pk for place in found}
        more = places.filter(short_name__contains=text).order_by("level", "area_path")[:limit]
        found += [place for place in _with_parents(more).order_by("level", "area_path") if place.pk not in known]
    return found[:limit]


def _beginning(places: QuerySet[Place], column: str, text: str, after: str, limit: int) -> list[Place]:
    places = places.filter(**{f"{column}__gte": text, f"{column}__lt": text + after})
    order = (Case(When(**{column: text}, then=0), default=1), "level", column, "area_path")
    return list(_with_parents(places.order_by(*order)[:limit]).order_by(*order))


def _with_parents(few: QuerySet[Place]) -> QuerySet[Place]:
    """A few places with the two above each. They are chosen first: sorting rows of three places takes far longer."""
    return Place.objects.filter(pk__in=few.values("pk")).select_related("parent__parent")


def place_at(path: str) -> Place | None:
    """The place with this path."""
    return next(iter(rows_of(Place, "self.area_path = %s", [path])), None)
