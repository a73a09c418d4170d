"""What exists is sound: everything wrong with a form is told, with its path."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.forms import made
from yinling.returns.forms import Choice, Field, Form, FormError, Question, Section, Words

A = Words("题")


def field(**changes: Any) -> Field:
    return Field(**{"key": "a", "type": "integer", "labels": A, **changes})


def faults(make: Any) -> dict[str, str]:
    with translation.override("en"), pytest.raises(FormError) as raised:
        make()
    return {fault.path: str(fault.text) for fault in raised.value.faults}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"key": "A"}, "key"),
        ({"key": ""}, "key"),
        ({"key": "a" * 41}, "key"),
        ({"key": "a..b"}, "key"),
        ({"key": "a\n"}, "key"),
        ({"labels": Words()}, "labels"),
        ({"labels": Words("x" * 301)}, "labels.zh"),
        ({"labels": Words(" x")}, "labels.zh"),
        ({"labels": Words(en="\ud800")}, "labels.en"),
        ({"unit": "parsec"}, "unit"),
        ({"type": "text", "unit": "person"}, "unit"),
        ({"type": "choice"}, "choices"),
        ({"choices": (Choice("1"),)}, "choices"),
        ({"type": "choice", "choices": (Choice("1"), Choice("1"))}, "choices[1].value"),
        ({"type": "choice", "choices": (Choice("a b"),)}, "choices[0].value"),
        ({"type": "choice", "choices": (Choice("=1+1"),)}, "choices[0].value"),
        ({"minimum": Decimal(2), "maximum": Decimal(1)}, "maximum"),
        ({"type": "text", "minimum": Decimal(2)}, "minimum"),
        ({"minimum": Decimal("NaN")}, "minimum"),
        ({"pattern": "[0-9]"}, "pattern"),
        ({"type": "text", "pattern": "("}, "pattern"),
        ({"type": "text", "pattern": "'\""}, "pattern"),
        ({"type": "text", "counts": "flow"}, "counts"),
        ({"counts": "flow", "binds": "association.members.count"}, "binds"),
        ({"binds": "members"}, "binds"),
        ({"type": "note", "holds": "place.name"}, "type"),
        ({"minutes": Decimal(-1)}, "minutes"),
        ({"minutes": Decimal("Infinity")}, "minutes"),
    ],
)
def test_faults_of_fields(changes: dict[str, Any], path: str) -> None:
    assert path in faults(lambda: field(**changes))


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Question(field(), relevant="1 +"), "relevant"),
        (lambda: Question(field(), relevant=". > 1"), "relevant"),
        (lambda: Question(field(), calculation="("), "calculation"),
        (lambda: Question(field(), constraint=" . > 1"), "constraint"),
        (lambda: Question(field(), default="viele"), "default"),
        (lambda: Question(field(), default="1", calculation="1"), "default"),
        (lambda: Question(field(type="note"), required=True), "field.type"),
        (lambda: Question(field(holds="place.name"), calculation="1"), "calculation"),
        (lambda: Question(field(holds="place.name", counts="stock")), "field.counts"),
        (lambda: Question(field(), reason="为何"), "reason"),
        (lambda: Section("S"), "key"),
        (lambda: Section("s", relevant="."), "relevant"),
    ],
)
def test_faults_of_questions_and_sections(make: Any, path: str) -> None:
    assert list(faults(make)) == [path]


def form(*questions: Question, relevant: str = "") -> Form:
    return Form("f", A, sections=(Section("s", relevant=relevant, questions=questions),))


def test_faults_of_the_whole() -> None:
    one, other = field(key="one"), field(key="other")
    unknown = faults(
        lambda: form(Question(one, constraint=". > ${gone}"), Question(other, calculation="last(${never})"))
    )
    assert "gone" in unknown["sections[0].questions[0].constraint"]
    assert "never" in unknown["sections[0].questions[1].calculation"]
    assert "${" not in faults(lambda: form(relevant="${x}"))["sections[0].relevant"]
    assert "sections[0].questions[1].field.key" in faults(lambda: form(Question(one), Question(one)))
    assert "sections[0].key" in faults(lambda: form(Question(field(key="s"))))
    assert "sections[0].questions[1].relevant" in faults(
        lambda: form(Question(field(key="n", type="note")), Question(one, relevant="${n}"))
    )


@pytest.mark.parametrize(
    ("first", "second", "relevant"),
    [
        ({"calculation": "${b}"}, {"calculation": "${a} + 1"}, ""),
        ({"relevant": "${b}"}, {"relevant": "${a}"}, ""),
        ({"calculation": "${a}"}, {}, ""),
        ({}, {}, "${a}"),
    ],
)
def test_circles_are_refused(first: dict[str, Any], second: dict[str, Any], relevant: str) -> None:
    found = faults(lambda: form(Question(field(), **first), Question(field(key="b"), **second), relevant=relevant))
    assert "circle" in found["sections"]
    assert "a" in found["sections"]


def test_a_long_row_of_calculations_is_no_circle() -> None:
    questions = [Question(field(key="q0"))]
    questions += [Question(field(key=f"q{n}"), calculation=f"${{q{n - 1}}} + 1") for n in range(1, 900)]
    from yinling.returns.forms import settle

    assert settle(form(*questions), {"q0": 1})["q899"] == 900


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, ""),
        ([], ""),
        ({}, "key"),
        ({"key": "f", "labels": {"zh": "表"}, "extra": 1}, "extra"),
        ({"key": 1, "labels": {"zh": "表"}}, "key"),
        ({"key": "f", "labels": "表"}, "labels"),
        ({"key": "f", "labels": {"zh": "表", "fr": "f"}}, "labels.fr"),
        ({"key": "f", "labels": {"zh": "表"}, "sections": {}}, "sections"),
        ({"key": "f", "labels": {"zh": "表"}, "sections": [1]}, "sections[0]"),
        ({"key": "f", "labels": {"zh": "表"}, "sections": [{"key": "s"}] * 1001}, "sections"),
    ],
)
def test_json_that_is_no_form(data: object, path: str) -> None:
    assert path in faults(lambda: Form.from_json(data))


def test_all_faults_of_a_json_form_are_told_with_their_paths() -> None:
    data = made.office_form().as_json()
    sections: Any = data["sections"]
    sections[0]["questions"][1]["field"]["type"] = "number"
    sections[0]["questions"][1]["required"] = "yes"
    sections[1]["questions"][1]["relevant"] = "${has_venue} ="
    sections[1]["questions"][2]["field"]["minutes"] = "soon"
    assert set(faults(lambda: Form.from_json(data))) == {
        "sections[0].questions[1].field.type",
        "sections[0].questions[1].required",
        "sections[1].questions[1].relevant",
        "sections[1].questions[2].field.minutes",
    }


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["key", "labels", "zh", "sections", "questions", "field", "type", "minimum"]), inner
        ),
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_a_form_or_told_why_not(data: object) -> None:
    found: Form | FormError
    try:
        found = Form.from_json(data)
    except FormError as error:
        found = error
    if isinstance(found, FormError):
        assert found.faults
        assert all(str(fault.text) for fault in found.faults)
    else:
        assert Form.from_json(found.as_json()) == found


def test_a_field_of_the_dictionary_alone() -> None:
    assert Field.from_json(made.KINDS.as_json()) == made.KINDS
    assert made.MEMBERS.as_json() == {
        "key": "members",
        "type": "integer",
        "labels": {"zh": "会员人数", "en": "Members"},
        "unit": "person",
        "minimum": "0",
        "counts": "stock",
    }
    assert Field.from_json({**made.AREA.as_json(), "minimum": 0.50}) == made.AREA


def test_equal_forms_have_equal_digests() -> None:
    one, other = (form(Question(field(minimum=Decimal(text)))) for text in ("1.50", "1.5"))
    assert one == other
    assert one.digest() == other.digest() != form(Question(field(minimum=Decimal("1.6")))).digest()


def test_words_are_shown_in_the_language_of_the_moment() -> None:
    with translation.override("zh-hans"):
        assert (str(Words("题", "question")), str(Words(en="question"))) == ("题", "question")
    with translation.override("en"):
        assert (str(Words("题", "question")), str(Words("题"))) == ("question", "题")
