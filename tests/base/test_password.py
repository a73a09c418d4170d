"""The one password of a demo's accounts: hashed once, and as good as any other."""

from __future__ import annotations

from yinling.base.password import SharedPassword
from yinling.network import Account


def account(password: str) -> Account:
    made = Account(username="someone")
    made.set_password(password)
    return made


def test_accounts_that_share_a_password_share_its_hash() -> None:
    shared = SharedPassword("open to everybody")
    one, other = account(shared), account(shared)
    assert one.password == other.password
    assert one.check_password("open to everybody")
    assert not one.check_password("closed to everybody")


def test_a_password_of_ones_own_has_a_hash_of_its_own() -> None:
    one, other = account("a sentence of my own"), account("a sentence of my own")
    assert one.password != other.password
    assert one.check_password("a sentence of my own")
