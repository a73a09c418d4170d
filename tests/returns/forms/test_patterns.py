"""Patterns agree with the standard library where both understand them, and take no time where that takes years."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.base.invalid import Invalid
from yinling.returns.forms.patterns import MAX_TEXT, Pattern

atoms = st.sampled_from(
    ["a", "b", ".", r"\d", r"\D", "[ab]", "[^a]", "[a-c1]", r"\.", "村", "^", "$", r"[\d.]", r"[^\d-]"]
)


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeated = st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"])).map(
        lambda p: f"(?:{p[0]}){p[1]}"
    )
    return st.one_of(
        st.lists(inner, max_size=3).map("".join), st.lists(inner, min_size=1, max_size=3).map("|".join), repeated
    )


@given(st.recursive(atoms, _joined, max_leaves=6), st.text("ab1.-村", max_size=6))
def test_as_the_standard_library(written: str, text: str) -> None:
    # Its \Z means what $ should: the end itself, not the place before a last line break.
    assert Pattern(written).matches(text) == bool(re.fullmatch(written.replace("$", r"\Z"), text, re.ASCII))


@pytest.mark.parametrize(
    "written", ["(a+)+b", "(a|a)*b", "(a*)*b", "a*a*a*a*a*a*a*a*b", "((a?){20}){20}b", "(.*)*(.*)*b"]
)
def test_nothing_is_slow(written: str) -> None:
    started = time.monotonic()
    assert not Pattern(written).matches("a" * MAX_TEXT)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "written",
    [
        "(",
        ")",
        "a)",
        "[",
        "[]",
        "[b-a]",
        "*",
        "a**",
        "a{2",
        "a{3,2}",
        "{2}",
        "(?=a)",
        "(?P<n>a)",
        r"\1",
        r"\b",
        "\\",
        "a" * 201,
        "(" * 30 + ")" * 30,
        "a{9999}",
        "((((a{50}){50}){50}){50}){50}",
        "[a-\\d]",
    ],
)
def test_what_is_not_understood_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        Pattern(written)


@given(st.text(max_size=20), st.text(max_size=10))
def test_any_text_is_a_pattern_or_refused(written: str, text: str) -> None:
    found: bool | Invalid
    try:
        found = Pattern(written).matches(text)
    except Invalid as error:
        found = error
    assert isinstance(found, bool) or str(found)


def test_a_text_too_long_does_not_match() -> None:
    assert Pattern("a*").matches("a" * MAX_TEXT)
    assert not Pattern("a*").matches("a" * (MAX_TEXT + 1))
