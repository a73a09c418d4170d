"""What the project's own look-ups are built on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Lookup

if TYPE_CHECKING:
    YesNo = Lookup[Any]
else:
    # At run time Django's look-ups take no type arguments.
    YesNo = Lookup
