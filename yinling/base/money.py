"""Amounts in yuan: decimals with two places, read from what people type and written as people read them."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinling.base.invalid import Invalid

FEN = Decimal("0.01")
LARGEST = Decimal("9999999999999999.99")
"""The largest amount, either sign: 18 digits, as wide as the database columns for money."""

Unit = Literal["yuan", "wan"]

_POWERS_OF_TEN = {"万": 4, "万元": 4, "亿": 8, "亿元": 8}
_AMOUNT = re.compile(
    r"(?P<sign>[-+]?)(?:¥|RMB|CNY|人民币)?(?P<sign_after>[-+]?)"
    r"(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
    r"(?P<unit>万元|亿元|元|万|亿|YUAN)?整?"
)
# Unit words are locale data, as date formats are: files are written with them whatever catalogue is loaded.
_WORDS: dict[Unit, tuple[str, str]] = {"yuan": ("元", "yuan"), "wan": ("万元", "ten thousand yuan")}


class MoneyError(Invalid):
    """Text or a number that is not an amount of money. Reasons: empty, amount, too_large."""


def yuan(value: Decimal | int | str) -> Decimal:
    """An amount in yuan with exactly two places, rounded half up (away from zero, so a clawback mirrors a payment).

    Text may have a currency sign, thousands commas and a unit: ``￥1,292,593.77``, ``129.26万元``, ``1.2亿``.
    Commas must stand at thousands; anything else is more likely a typing error than an amount.
    Raises TypeError for a float (it has already lost the amount) or bool, and MoneyError for everything else.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError("An amount is a Decimal, an int or text, never a float.")
    amount = _parse(value) if isinstance(value, str) else Decimal(value)
    if not amount.is_finite():
        raise MoneyError("amount", _("This is not an amount of money."))
    if amount.copy_abs() > LARGEST:
        raise MoneyError("too_large", _("This amount is too large. Check the digits and the unit."))
    # Adding zero turns a rounded "-0.00" into "0.00"; nobody wants to read minus nothing.
    return amount.quantize(FEN, rounding=ROUND_HALF_UP) + Decimal("0.00")


def format_yuan(amount: Decimal, unit: Unit = "yuan") -> str:
    """An amount for reading: ``1,292,593.77 元`` or, with unit "wan", ``129.26 万元``; English words in English.

    The amount is in yuan whatever the unit; both units show two places, rounded half up.
    """
    shown = yuan(amount / 10_000 if unit == "wan" else amount)
    chinese, english = _WORDS[unit]
    return f"{shown:,} {chinese if (get_language() or 'zh').startswith('zh') else english}"


def _parse(text: str) -> Decimal:
    """The number of yuan that a text states, not yet rounded. Full-width characters and spaces do not matter."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper().replace("\N{MINUS SIGN}", "-")
    if not plain:
        raise MoneyError("empty", _("Enter an amount."))
    found = _AMOUNT.fullmatch(plain)
    if found is None or (found["sign"] and found["sign_after"]):
        raise MoneyError("amount", _("This is not an amount of money. Write it like 1,292,593.77 or 129.26 万元."))
    digits = (found["sign"] or found["sign_after"]) + found["number"].replace(",", "")
    # The unit goes in as an exponent: a multiplication would round to the context's precision first.
    return Decimal(f"{digits}E{_POWERS_OF_TEN.get(found['unit'] or '', 0)}")
