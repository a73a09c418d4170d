"""National codes: resident number, credit code, statistical division code, telephone number.

Each reader takes what somebody typed or a spreadsheet held, and returns the code in its one normal form or raises
CodeError. What looks odd but may be true is not refused: it comes back in ``cautions`` for a person to judge.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Literal

from django.utils.translation import gettext_lazy as _

from yinling.base import clock
from yinling.base.invalid import Invalid, Text

SYNTHETIC_PLACE = "990101"
"""The place code of made-up numbers: the prefix 99 is given to no province, so they can belong to nobody."""

# GB/T 2260 province prefixes; 83 is used in the numbers of residence permits for people from Taiwan.
PROVINCES = frozenset(
    str(prefix)
    for region in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for prefix in region
) | {"71", "81", "82", "83"}

_RESIDENT_LENGTH = 18
_LEGACY_LENGTH = 15
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_CREDIT_LENGTH = 18
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {character: value for value, character in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_FORM = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# Spaces, invisible marks that come with copied text, and the apostrophe that spreadsheets put before text.
_NOISE = re.compile("[\\s'\N{RIGHT SINGLE QUOTATION MARK}\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+")
_DASHES = re.compile("[\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]")
_MOBILE = re.compile(r"(?:\+?86|0086)?-?(1[3-9][0-9])-?([0-9]{4})-?([0-9]{4})")
_LANDLINE = re.compile(
    r"(?P<country>(?:\+?86|0086)-?)?\(?(?P<area>0?(?:10|2[0-9]|[3-9][0-9]{2}))\)?-?"
    r"(?P<number>[2-9][0-9]{2,3}-?[0-9]{4})(?:(?:转|EXT\.?|X|#|-)(?P<extension>[0-9]{1,6}))?"
)


class CodeError(Invalid):
    """A code that cannot be right. ``reason`` is listed at each reader; ``message`` says what to mend."""


@dataclass(frozen=True, slots=True)
class Caution:
    """Something odd in a code that is accepted all the same: a key for programs and a sentence for people."""

    reason: str
    message: Text


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A resident number. The number stays out of ``repr``, so that it stays out of logs."""

    number: str = field(repr=False)
    cautions: tuple[Caution, ...] = field(default=(), compare=False)

    @property
    def is_legacy(self) -> bool:
        """True for the 15-digit form, which has no check digit and a two-digit year."""
        return len(self.number) == _LEGACY_LENGTH

    @property
    def modern(self) -> str:
        """The 18-digit number. For a 15-digit one it is the number its holder was given when cards were renewed.

        Use it to find the same person again, not as proof: a typing error in the old form gets a valid check digit.
        """
        return self.number if not self.is_legacy else _with_check(f"{self.number[:6]}19{self.number[6:]}")

    @property
    def place_code(self) -> str:
        """Six digits: the county that first issued the number, often one since abolished."""
        return self.number[:6]

    @property
    def birth(self) -> date:
        """The date of birth."""
        return date.fromisoformat(self.modern[6:14])

    @property
    def sex(self) -> Literal["male", "female"]:
        """Odd sequence numbers are given to men, even ones to women."""
        return "male" if int(self.modern[16]) % 2 else "female"


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A unified social credit code (18 characters)."""

    code: str
    cautions: tuple[Caution, ...] = field(default=(), compare=False)

    @property
    def kind(self) -> str:
        """Registering department and kind of body, the first two characters.

        51 social group, 52 private non-enterprise unit, 53 foundation, 59 other body under civil affairs.
        """
        return self.code[:2]

    @property
    def place_code(self) -> str:
        """Six digits: the place of the registering authority."""
        return self.code[2:8]

    @property
    def organisation_code(self) -> str:
        """The nine characters of the organisation code (GB 11714) inside."""
        return self.code[8:17]


class DivisionLevel(IntEnum):
    """The five levels of the statistical division code."""

    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5


_DIVISION_WIDTHS = {2: DivisionLevel.PROVINCE, 4: DivisionLevel.PREFECTURE, 6: DivisionLevel.COUNTY}
_DIVISION_WIDTHS |= {9: DivisionLevel.TOWNSHIP, 12: DivisionLevel.VILLAGE}


@dataclass(frozen=True, slots=True)
class DivisionCode:
    """A statistical division code, always 12 digits, filled with zeros on the right."""

    code: str
    cautions: tuple[Caution, ...] = field(default=(), compare=False)

    @property
    def trimmed(self) -> str:
        """The 2, 4, 6, 9 or 12 digits that are not filling."""
        return next(self.code[:width] for width in _DIVISION_WIDTHS if not int(self.code[width:] or "0"))

    @property
    def level(self) -> DivisionLevel:
        """The level of the deepest part that is not zero."""
        return _DIVISION_WIDTHS[len(self.trimmed)]

    @property
    def parent(self) -> DivisionCode | None:
        """The division that the digits put above this one; None for a province.

        Levels of zeros are passed over, as in cities without counties. Where a development zone is concerned the
        digits may be wrong about who administers it: the tree of places has the last word.
        """
        shorter = self.trimmed[: max((width for width in _DIVISION_WIDTHS if width < len(self.trimmed)), default=0)]
        return DivisionCode(shorter.ljust(12, "0"), self.cautions) if shorter else None


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number of the mainland; out of ``repr`` because it is personal."""

    number: str = field(repr=False)
    kind: Literal["mobile", "landline"]


def resident_id(text: str, today: date | None = None) -> ResidentId:
    """Read a resident number (GB 11643-1999; check digit by ISO 7064 MOD 11-2).

    Full-width characters, spaces and a small x or a multiplication sign for X are put right. The date of birth must
    exist and not lie after ``today`` (default: the clock's). An unknown place is only a caution, since elders
    carry codes of places long abolished; so is the old 15-digit form, which nothing can check.
    CodeError reasons: empty, masked, spreadsheet, length, characters, birth, future, check.
    """
    number = _clean(text).replace("\N{MULTIPLICATION SIGN}", "X")
    _refuse_unreadable(number)
    if len(number) not in (_LEGACY_LENGTH, _RESIDENT_LENGTH):
        raise CodeError("length", _("A resident number has 18 characters. Count them on the card."))
    if not re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9X]", number):
        raise CodeError("characters", _("A resident number has digits only; the last of 18 may be X."))
    legacy = len(number) == _LEGACY_LENGTH
    born = f"19{number[6:12]}" if legacy else number[6:14]
    try:
        birth = date.fromisoformat(born)
    except ValueError:
        raise CodeError("birth", _("There is no such date of birth. Compare the number with the card.")) from None
    if birth > (today or clock.today()):
        raise CodeError("future", _("The date of birth in this number lies in the future. Compare it with the card."))
    if not legacy and _with_check(number[:17]) != number:
        if number.endswith("000"):
            raise _spreadsheet_damage()
        raise CodeError("check", _("The check digit does not fit. Compare the number with the card digit by digit."))
    cautions = _place_cautions(number)
    if legacy:
        cautions += (Caution("legacy", _("An old number of 15 digits cannot be checked. Ask for the new card.")),)
    return ResidentId(number, cautions)


def credit_code(text: str) -> CreditCode:
    """Read a unified social credit code (GB 32100-2015).

    Full-width characters, small letters, spaces and hyphens are put right. A wrong check character of the
    organisation code inside (GB 11714) and an unknown place are only cautions.
    CodeError reasons: empty, masked, spreadsheet, length, letters, characters, check.
    """
    code = _DASHES.sub("", _clean(text)).replace("-", "")
    _refuse_unreadable(code)
    if len(code) != _CREDIT_LENGTH:
        raise CodeError("length", _("A credit code has 18 characters. Count them on the certificate."))
    if set(code) & set("IOSVZ"):
        raise CodeError("letters", _("A credit code never has the letters I, O, S, V or Z. Perhaps they are digits."))
    if not _CREDIT_FORM.fullmatch(code):
        raise CodeError("characters", _("A credit code has digits and capital letters; characters 3 to 8 are digits."))
    if _credit_check(code) != code[17]:
        raise CodeError("check", _("The check character does not fit. Compare the code with the certificate."))
    cautions = _place_cautions(code[2:8], "10")
    if _organisation_check(code[8:16]) != code[16]:
        cautions += (Caution("organisation", _("The organisation code inside this credit code does not check.")),)
    return CreditCode(code, cautions)


def division_code(text: str) -> DivisionCode:
    """Read a statistical division code of 2, 4, 6, 9 or 12 digits, province to village.

    The digits: 1-2 province, 3-4 prefecture, 5-6 county (GB/T 2260), 7-9 township (GB/T 10114), 10-12 village.
    An unknown province is only a caution. CodeError reasons: empty, masked, spreadsheet, characters, length.
    """
    code = _clean(text)
    _refuse_unreadable(code)
    if not re.fullmatch(r"[0-9]+", code):
        raise CodeError("characters", _("A division code has digits only."))
    if len(code) not in _DIVISION_WIDTHS or code.startswith("00"):
        raise CodeError("length", _("A division code has 2, 4, 6, 9 or 12 digits and starts with the province."))
    return DivisionCode(code.ljust(12, "0"), _place_cautions(code))


def phone(text: str) -> Phone:
    """Read a telephone number of the mainland: ``13800000000`` or ``0931-8888888``, with ``-801`` for an extension.

    The country code, spaces, brackets and dashes do not matter.
    CodeError reasons: empty, masked, spreadsheet, mobile, area_code, phone.
    """
    number = _DASHES.sub("-", _clean(text))
    _refuse_unreadable(number)
    if found := _MOBILE.fullmatch(number):
        return Phone("".join(found.groups()), "mobile")
    found = _LANDLINE.fullmatch(number)
    if found and (found["country"] or found["area"].startswith("0")):
        parts = (f"0{found['area'].removeprefix('0')}", found["number"].replace("-", ""), found["extension"])
        return Phone("-".join(part for part in parts if part), "landline")
    if re.fullmatch(r"1[3-9][0-9-]*", number):
        raise CodeError("mobile", _("A mobile number has 11 digits. Count them."))
    if re.fullmatch(r"[2-9][0-9]{2,3}-?[0-9]{4}", number):
        raise CodeError("area_code", _("Write the area code before the number, like 010-88888888."))
    raise CodeError("phone", _("This is not a telephone number. Write it like 13800000000 or 010-88888888."))


def synthetic_resident_id(birth: date, sequence: int) -> str:
    """A made-up resident number that passes every check and belongs to nobody; odd sequences (0 to 999) are male.

    Raises ValueError for another sequence.
    """
    if sequence not in range(1000):
        raise ValueError("The sequence of a resident number is 0 to 999.")
    return _with_check(f"{SYNTHETIC_PLACE}{birth.isoformat().replace('-', '')}{sequence:03d}")


def synthetic_credit_code(sequence: int, kind: str = "51") -> str:
    """A made-up credit code (kind 51: social group) that passes every check and belongs to no body.

    Raises ValueError for a sequence outside 0 to 99,999,999 or a kind that is not two characters of the alphabet.
    """
    if sequence not in range(100_000_000):
        raise ValueError("The sequence of a credit code is 0 to 99999999.")
    if not re.fullmatch(f"[{_CREDIT_ALPHABET}]{{2}}", kind):
        raise ValueError("The kind of a credit code is two characters of its alphabet.")
    organisation = f"{sequence:08d}"
    body = f"{kind}{SYNTHETIC_PLACE}{organisation}{_organisation_check(organisation)}"
    return body + _credit_check(body)


def _clean(text: str) -> str:
    """Capital half-width characters without spaces and invisible marks."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def _refuse_unreadable(code: str) -> None:
    """Refuse what no code can be, naming the cause where it is known."""
    if not code:
        raise CodeError("empty", _("Nothing was entered."))
    if "*" in code:
        raise CodeError("masked", _("Part of this is hidden by asterisks. Enter the whole of it."))
    if _SCIENTIFIC.fullmatch(code):
        raise _spreadsheet_damage()


def _spreadsheet_damage() -> CodeError:
    return CodeError(
        "spreadsheet",
        _("The spreadsheet took this for a number and lost digits. Set the column to text and enter it again."),
    )


def _place_cautions(code: str, *also_known: str) -> tuple[Caution, ...]:
    """A caution unless the code starts with a province prefix, or another one known in its context."""
    if code[:2] in PROVINCES or code[:2] in also_known:
        return ()
    return (Caution("place", _("This code starts with an unknown place. Compare it with the original.")),)


def _with_check(body: str) -> str:
    """The 17 digits of a resident number with their check digit."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _RESIDENT_WEIGHTS, strict=True))
    return body + _RESIDENT_CHECKS[total % 11]


def _credit_check(code: str) -> str:
    """The check character for the first 17 characters of a credit code."""
    values = (_CREDIT_VALUES[character] for character in code[:17])
    total = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def _organisation_check(body: str) -> str:
    """The check character for the first eight characters of an organisation code: letters count from A = 10."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))
