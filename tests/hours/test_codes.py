"""Rotating codes: what holds, for how long, and that nothing else does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yinling.hours.codes import KINDS, Code, Kind, code_at, find_code, is_code, is_typed, person_mark, step_at

keys = st.binary(min_size=32, max_size=32)
sessions = st.integers(1, 2**40)
steps = st.integers(0, 2**40)
kinds = st.sampled_from(KINDS)


@given(keys, sessions, kinds, steps)
def test_a_code_is_found_again_in_both_forms(key: bytes, session: int, kind: Kind, step: int) -> None:
    code = code_at(key, session, kind, step)
    assert is_code(code.long) and is_code(code.short)
    assert is_typed(code.short) and not is_typed(code.long)
    assert find_code(key, session, code.long, range(max(0, step - 2), step + 3)) == code
    assert find_code(key, session, code.short, [step]) in {code, code_at(key, session, "in", step)}


@given(keys, sessions, kinds, steps, st.integers(3, 10_000))
def test_a_square_code_holds_only_within_its_window(
    key: bytes, session: int, kind: Kind, step: int, later: int
) -> None:
    code = code_at(key, session, kind, step)
    for distance in (0, 1, 2):
        assert find_code(key, session, code.long, range(step + distance - 2, step + distance + 3)) == code
    assert find_code(key, session, code.long, range(step + later - 2, step + later + 3)) is None


@given(keys, keys, sessions, sessions, kinds, steps)
def test_a_code_opens_nothing_of_another_key_or_session(
    key: bytes, other: bytes, session: int, elsewhere: int, kind: Kind, step: int
) -> None:
    code = code_at(key, session, kind, step)
    if key != other:
        assert find_code(other, session, code.long, [step]) is None
    if session != elsewhere:
        assert find_code(key, elsewhere, code.long, [step]) is None
        assert person_mark(key, session, 7) != person_mark(key, elsewhere, 7)


@given(keys, sessions, steps)
def test_coming_and_going_have_codes_of_their_own(key: bytes, session: int, step: int) -> None:
    assert code_at(key, session, "in", step).long != code_at(key, session, "out", step).long


@given(st.text())
def test_what_is_no_code_matches_nothing(text: str) -> None:
    code = Code("in", 1, "0123456789abcdef0123", "123456")
    assert code.matches(text) == (text in {code.long, code.short})


def test_digits_are_spread_evenly() -> None:
    seen = [code_at(b"k" * 32, 1, "in", step).short for step in range(2000)]
    assert len(set(seen)) > 1990
    assert all(700 > sum(text[0] == digit for text in seen) > 100 for digit in "0123456789")


@given(st.integers(0, 2**33), st.integers(10, 600))
def test_a_step_lasts_its_seconds(moment: int, seconds: int) -> None:
    step = step_at(moment, seconds)
    assert step * seconds <= moment < (step + 1) * seconds
