"""The one error for text that somebody typed or imported and must mend."""

from __future__ import annotations

from django.utils.functional import Promise

Text = str | Promise
"""A string for people: plain, or translated when it is shown."""


class Invalid(ValueError):
    """A value is not what it must be.

    ``reason`` is a short key for programs and tests; ``message`` tells a clerk what to mend, in the language of the
    moment it is shown. Neither ever quotes the value: it may be personal data, and errors end up in logs.
    """

    def __init__(self, reason: str, message: Text) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return str(self.message)
