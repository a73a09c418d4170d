"""Reads of the network: the tree, search, who somebody is."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from yinling.base import clock
from yinling.base.crypto import keyring
from yinling.base.paths import AFTER, prefixes, under
from yinling.base.rules import Actor, Grant
from yinling.network.actions.accounts import PHONE, token_digest
from yinling.network.models import Account, Place, RoleHeld, Token

SEARCH_LIMIT = 20


def actor_of(account: Account, origin: str, on: date | None = None) -> Actor:
    """The actor an account is on a day (today): its name and the roles it holds then."""
    day = on or clock.today()
    held = RoleHeld.objects.filter(account=account, since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))
    grants = tuple(Grant(role, path, body) for role, path, body in held.values_list("role", "area_path", "body_id"))
    return Actor(account_id=account.pk, name=account.display_name, grants=grants, origin=origin)


def account_by_login(login: str) -> Account | None:
    """The account that signs in with this name or phone number."""
    found = Account.objects.filter(username=login.strip()).first()
    if found is None:
        digits = "".join(char for char in login if char.isdigit())
        if digits:
            found = Account.objects.filter(phone_hash__in=keyring().hashes(digits, PHONE)).first()
    return found


def account_by_token(text: str) -> tuple[Account, str] | None:
    """The account and scope behind a token that is still good."""
    token = (
        Token.objects.select_related("account")
        .filter(digest=token_digest(text), ended_at__isnull=True, expires_on__gte=clock.today(), account__is_active=True)
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
    return list(Place.objects.filter(area_path__in=prefixes(place.area_path)).order_by("level"))


def find_places(text: str, *, root: str = "", limit: int = SEARCH_LIMIT) -> list[Place]:
    """Places whose name begins with `text`, or whose pinyin initials or code do; then those whose name contains it.

    Higher levels come first. `root` narrows the search to a subtree.
    """
    text = text.strip()
    if not text:
        return []
    if text.isascii():
        column = "code" if text.isdigit() else "initials"
        return _beginning(column, text.lower(), root, limit)
    found = _beginning("short_name", text, root, limit)
    if len(found) < limit:
        known = {place.pk for place in found}
        inside = Place.objects.filter(under(root), short_name__contains=text, closed__isnull=True)
        more = inside.select_related("parent__parent").order_by("level", "area_path")[:limit]
        found += [place for place in more if place.pk not in known]
    return found[:limit]


def _beginning(column: str, text: str, root: str, limit: int) -> list[Place]:
    places = Place.objects.filter(**{f"{column}__gte": text, f"{column}__lt": text + (AFTER if text.isascii() else "\U0010ffff")})
    if root:
        places = places.filter(under(root))
    places = places.filter(closed__isnull=True)
    return list(places.select_related("parent__parent").order_by("level", column, "area_path")[:limit])


def place_at(path: str) -> Place | None:
    """The place with this path."""
    return Place.objects.filter(area_path=path).first()
