"""A password that several accounts have."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password


class SharedPassword(str):
    """The password of accounts that everybody may know, as those of a demo: it is hashed once for all of them, which is dear on
    purpose. Their hashes are equal, so that they share it is no secret; never for a password that is one."""

    hashed: str

    def __new__(cls, text: str) -> SharedPassword:
        """Hash it as any other."""
        password = super().__new__(cls, text)
        password.hashed = make_password(text)
        return password
