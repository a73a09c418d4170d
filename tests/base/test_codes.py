"""National codes: check digits against an independent definition, tolerant reading, and refusals."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yinling.base import clock, codes

DAY = date(2025, 6, 1)
births = st.dates(date(1900, 1, 1), DAY)
sequences = st.integers(0, 999)
credit_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def iso_7064_mod_11_2(body: str) -> str:
    """The check character by the standard's recursive method, which uses no table of weights."""
    product = 0
    for digit in body:
        product = (product + int(digit)) * 2 % 11
    return "0123456789X"[(12 - product) % 11]


def reason_of(read: object, *arguments: object) -> str:
    assert callable(read)
    with pytest.raises(codes.CodeError) as caught:
        read(*arguments)
    assert str(caught.value)
    return caught.value.reason


# ---- resident number


@given(births, sequences)
def test_synthetic_resident_id_carries_its_parts(birth: date, sequence: int) -> None:
    text = codes.synthetic_resident_id(birth, sequence)
    read = codes.resident_id(text, DAY)
    assert text[17] == iso_7064_mod_11_2(text[:17])
    assert read.number == text
    assert (read.birth, read.place_code) == (birth, "990101")
    assert read.sex == ("male" if sequence % 2 else "female")
    assert [caution.reason for caution in read.cautions] == ["place"]


@given(births, sequences, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_character_is_refused(birth: date, sequence: int, position: int, wrong: str) -> None:
    right = codes.synthetic_resident_id(birth, sequence)
    assume(right[position] != wrong)
    with pytest.raises(codes.CodeError):
        codes.resident_id(right[:position] + wrong + right[position + 1 :], DAY)


@given(births, sequences, st.integers(0, 16))
def test_any_swap_of_neighbours_is_refused(birth: date, sequence: int, position: int) -> None:
    right = codes.synthetic_resident_id(birth, sequence)
    first, second = right[position], right[position + 1]
    assume(first != second)
    with pytest.raises(codes.CodeError):
        codes.resident_id(right[:position] + second + first + right[position + 2 :], DAY)


def number_ending_in_x() -> str:
    numbers = (codes.synthetic_resident_id(date(1950, 1, 1), sequence) for sequence in range(1000))
    return next(number for number in numbers if number.endswith("X"))


def test_reading_puts_right_what_people_type() -> None:
    right = number_ending_in_x()
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in right)
    spaced = f" {right[:6]} {right[6:14]}\u3000{right[14:]}\u200b\n"
    for typed in (right.lower(), right[:17] + "×", full_width, full_width.lower(), spaced, f"'{right}"):
        assert codes.resident_id(typed, DAY).number == right


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" \u3000", "empty"),
        ("990101********0008", "masked"),
        ("9.90101E+17", "spreadsheet"),
        ("99010119500101000", "length"),
        ("9901011950010100000", "length"),
        ("99010119500101X000", "characters"),
        ("９９０１０１19500101٠٠٠0", "characters"),
        ("990101195002300009", "birth"),
        ("990101195013010009", "birth"),
        ("990101000001010009", "birth"),
        ("990101500230001", "birth"),
    ],
)
def test_refused_resident_numbers(typed: str, reason: str) -> None:
    assert reason_of(codes.resident_id, typed, DAY) == reason


def test_digits_lost_in_a_spreadsheet_are_named_as_the_cause() -> None:
    damaged = codes.synthetic_resident_id(date(1950, 1, 1), 1)[:15] + "000"
    assert damaged[17] != iso_7064_mod_11_2(damaged[:17])
    assert reason_of(codes.resident_id, damaged, DAY) == "spreadsheet"


def test_birth_may_be_today_but_not_tomorrow() -> None:
    tomorrow = DAY + timedelta(days=1)
    newborn = codes.synthetic_resident_id(DAY, 1)
    assert codes.resident_id(newborn, DAY).birth == DAY
    assert reason_of(codes.resident_id, codes.synthetic_resident_id(tomorrow, 1), DAY) == "future"
    with clock.frozen(DAY):
        assert reason_of(codes.resident_id, codes.synthetic_resident_id(tomorrow, 1)) == "future"
    with clock.frozen(tomorrow):
        assert codes.resident_id(codes.synthetic_resident_id(tomorrow, 1)).birth == tomorrow


def test_an_abolished_place_in_a_known_province_needs_no_caution() -> None:
    body = "62999919500101001"
    assert codes.resident_id(body + iso_7064_mod_11_2(body), DAY).cautions == ()


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), sequences)
def test_the_old_form_is_accepted_with_a_caution_and_leads_to_the_new(birth: date, sequence: int) -> None:
    modern = codes.synthetic_resident_id(birth, sequence)
    read = codes.resident_id(modern[:6] + modern[8:17], DAY)
    assert read.is_legacy
    assert read.number == modern[:6] + modern[8:17]
    assert (read.modern, read.birth) == (modern, birth)
    assert read.sex == codes.resident_id(modern, DAY).sex
    assert [caution.reason for caution in read.cautions] == ["place", "legacy"]


def test_personal_codes_stay_out_of_repr_and_messages() -> None:
    number = codes.synthetic_resident_id(date(1950, 1, 1), 1)
    assert number not in repr(codes.resident_id(number, DAY))
    assert "13800000000" not in repr(codes.phone("13800000000"))
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    with pytest.raises(codes.CodeError) as caught:
        codes.resident_id(wrong, DAY)
    assert wrong not in repr(caught.value)
    assert wrong not in str(caught.value)


@pytest.mark.parametrize("sequence", [-1, 1000])
def test_sequences_outside_the_number_are_refused(sequence: int) -> None:
    with pytest.raises(ValueError, match="sequence"):
        codes.synthetic_resident_id(date(1950, 1, 1), sequence)


# ---- credit code


def test_published_codes_of_public_bodies_pass() -> None:
    # Codes that their owners, a university and three companies, publish. Nothing here made them: they test the tables.
    for code in ("12100000400000624D", "91330100799655058B", "9144030071526726XG", "914403001922038216"):
        assert codes.credit_code(code).cautions == ()


@given(st.integers(0, 99_999_999), st.sampled_from(["51", "52", "53", "59", "N1"]))
def test_synthetic_credit_code_carries_its_parts(sequence: int, kind: str) -> None:
    text = codes.synthetic_credit_code(sequence, kind)
    read = codes.credit_code(text)
    assert read.code == text
    assert (read.kind, read.place_code) == (kind, "990101")
    assert read.organisation_code[:8] == f"{sequence:08d}"
    # GB 32100 weighs with the powers of three modulo 31, so that the whole, check included, comes to nought.
    total = sum(credit_alphabet.index(character) * 3**place for place, character in enumerate(text[:17]))
    assert (total + credit_alphabet.index(text[17])) % 31 == 0
    assert [caution.reason for caution in read.cautions] == ["place"]


@given(st.integers(0, 99_999_999), st.integers(0, 17), st.sampled_from(credit_alphabet))
def test_any_single_wrong_character_of_a_credit_code_is_refused(sequence: int, position: int, wrong: str) -> None:
    right = codes.synthetic_credit_code(sequence)
    assume(right[position] != wrong)
    with pytest.raises(codes.CodeError):
        codes.credit_code(right[:position] + wrong + right[position + 1 :])


@given(st.integers(0, 99_999_999), st.integers(0, 16))
def test_any_swap_of_neighbours_in_a_credit_code_is_refused(sequence: int, position: int) -> None:
    right = codes.synthetic_credit_code(sequence)
    first, second = right[position], right[position + 1]
    assume(first != second)
    with pytest.raises(codes.CodeError):
        codes.credit_code(right[:position] + second + first + right[position + 2 :])


def test_a_wrong_inner_check_is_only_a_caution() -> None:
    right = codes.synthetic_credit_code(12345678)
    wrong_inside = right[:16] + ("1" if right[16] != "1" else "2")
    candidates = (wrong_inside + check for check in credit_alphabet)
    accepted = []
    for candidate in candidates:
        with suppress(codes.CodeError):
            accepted.append(codes.credit_code(candidate))
    assert [[caution.reason for caution in code.cautions] for code in accepted] == [["place", "organisation"]]


def test_credit_codes_are_read_as_people_type_them() -> None:
    assert codes.credit_code(" 12100000-40000062-4d ").code == "12100000400000624D"
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in "12100000400000624D")
    assert codes.credit_code(full_width).code == "12100000400000624D"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("1210000040000062", "length"),
        ("1210000040000O624D", "letters"),
        ("1210000040000中624D", "characters"),
        ("12A00000400000624D", "characters"),
        ("12100000400000624E", "check"),
    ],
)
def test_refused_credit_codes(typed: str, reason: str) -> None:
    assert reason_of(codes.credit_code, typed) == reason


@pytest.mark.parametrize(("sequence", "kind"), [(-1, "51"), (100_000_000, "51"), (1, "5"), (1, "5I")])
def test_synthetic_credit_codes_refuse_what_has_no_place(sequence: int, kind: str) -> None:
    with pytest.raises(ValueError, match="credit code"):
        codes.synthetic_credit_code(sequence, kind)


# ---- division code


@pytest.mark.parametrize(
    ("typed", "code", "level", "parent"),
    [
        ("62", "620000000000", 1, None),
        ("6201", "620100000000", 2, "620000000000"),
        ("620102", "620102000000", 3, "620100000000"),
        ("620102001", "620102001000", 4, "620102000000"),
        ("620102001003", "620102001003", 5, "620102001000"),
        ("620100", "620100000000", 2, "620000000000"),
        ("620102001000", "620102001000", 4, "620102000000"),
        ("441900003", "441900003000", 4, "441900000000"),  # a city without counties
    ],
)
def test_division_codes(typed: str, code: str, level: int, parent: str | None) -> None:
    read = codes.division_code(typed)
    above = read.parent
    assert (read.code, read.level, above.code if above else None) == (code, level, parent)
    assert codes.division_code(read.trimmed) == read


@given(st.from_regex(r"(?!00)[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?)?", fullmatch=True))
def test_division_codes_climb_to_the_province(typed: str) -> None:
    typed = typed.translate({0x0660 + n: str(n) for n in range(10)})
    code = codes.division_code(typed)
    while (above := code.parent) is not None:
        assert above.level < code.level
        assert code.code.startswith(above.trimmed)
        code = above
    assert code.trimmed == typed[:2]


@pytest.mark.parametrize(
    ("typed", "reason"), [("", "empty"), ("620", "length"), ("001234", "length"), ("62A102", "characters")]
)
def test_refused_division_codes(typed: str, reason: str) -> None:
    assert reason_of(codes.division_code, typed) == reason


def test_unknown_province_of_a_division_is_a_caution() -> None:
    assert [caution.reason for caution in codes.division_code("990101").cautions] == ["place"]
    assert codes.division_code("620102").cautions == ()


# ---- telephone


@pytest.mark.parametrize(
    "typed", ["13800000000", "+86 138 0000 0000", "0086-138-0000-0000", "8613800000000", "１３８００００００００"]
)
def test_mobile_numbers(typed: str) -> None:
    read = codes.phone(typed)
    assert (read.number, read.kind) == ("13800000000", "mobile")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0931-8888888", "0931-8888888"),
        ("(0931)8888888", "0931-8888888"),
        ("（0931） 888—8888", "0931-8888888"),
        ("09318888888", "0931-8888888"),
        ("+86 931 8888888", "0931-8888888"),
        ("+86-10-88888888", "010-88888888"),
        ("01088888888", "010-88888888"),
        ("0931-8888888转801", "0931-8888888-801"),
        ("010-88888888-12", "010-88888888-12"),
    ],
)
def test_landline_numbers(typed: str, number: str) -> None:
    read = codes.phone(typed)
    assert (read.number, read.kind) == (number, "landline")
    assert codes.phone(number) == read


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("138****0000", "masked"),
        ("1.38E+10", "spreadsheet"),
        ("1380000000", "mobile"),
        ("138000000000", "mobile"),
        ("8888888", "area_code"),
        ("88888888", "area_code"),
        ("931-8888888", "phone"),
        ("12345", "phone"),
        ("+44 20 7946 0000", "phone"),
        ("none", "phone"),
    ],
)
def test_refused_telephone_numbers(typed: str, reason: str) -> None:
    assert reason_of(codes.phone, typed) == reason


@given(st.text(max_size=24))
def test_every_reader_answers_any_text_with_a_code_or_a_code_error(text: str) -> None:
    for read in (lambda typed: codes.resident_id(typed, DAY), codes.credit_code, codes.division_code, codes.phone):
        with suppress(codes.CodeError):
            assert "*" not in repr(read(text))
