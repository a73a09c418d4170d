"""The audit trail is never erased, so it must never hold what may have to be: personal data, passwords, keys."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tests.cast import CHAIR_ID, CHAIR_PHONE, COUNTY, PASSWORD, VILLAGE, Cast
from tests.whole.scene import rows_at
from yinling.facts import Entry
from yinling.network import Account, Token
from yinling.people import Person


def held(trail: str, secrets: Iterable[str]) -> list[str]:
    """The secrets that stand in a text."""
    return [secret for secret in secrets if secret and secret in trail]


def test_the_trail_holds_no_secret(cast: Cast) -> None:
    rows_at(VILLAGE, cast.offices[COUNTY], holder=cast.county)
    secrets = {CHAIR_ID, CHAIR_PHONE, PASSWORD}
    for person in Person.objects.all():
        secrets |= {person.resident_id, person.resident_hash, person.phone, person.phone_hash}
    for account in Account.objects.all():
        secrets |= {account.password, account.phone, account.phone_hash or ""}
    secrets |= {token.digest for token in Token.objects.all()}
    trail = json.dumps([[entry.changes, entry.reason] for entry in Entry.objects.all()], ensure_ascii=False)
    assert held(trail, secrets) == []


def test_a_secret_is_seen(cast: Cast) -> None:
    entry = Entry.objects.filter(subject="person").get()
    assert entry.changes, "a person was registered"
    trail = json.dumps([*entry.changes, {"note": {"phone": CHAIR_PHONE}}])
    assert held(trail, ["", CHAIR_ID, CHAIR_PHONE]) == [CHAIR_PHONE]
