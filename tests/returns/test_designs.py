"""What keeps a form from being published, what a field can show and change, and the forms of the demo."""

from __future__ import annotations

import pytest

from tests.cast import COUNTY, NEIGHBOUR, PROVINCE, SYSTEM, Cast
from tests.returns.ground import ELDERS, FORM, NAME, TYPE, VENUE, number, published
from yinling.base.rules import Refused
from yinling.returns import (
    DictionaryField,
    FormVersion,
    define_field,
    designs,
    differing,
    find_fields,
    hindrances,
    offered,
    publish_form,
    source_of,
    start_form,
    why_not_held,
    why_not_new,
)
from yinling.returns.demo import canteen_draft, yearly_form
from yinling.returns.forms import Choice, Field, Form, Question, Section, Words


def form_of(*fields: Field, key: str = "trial") -> Form:
    """A form that asks these fields."""
    return Form(key, Words("试表"), sections=(Section("main", questions=tuple(Question(field) for field in fields)),))


def field(key: str, type_: str, **options: object) -> Field:
    """A field with a label of its own."""
    return Field(key=key, type=type_, labels=Words(f"数据项{key}"), **options)  # type: ignore[arg-type]


def test_everything_offered_has_a_source_and_no_person_is_among_it(cast: Cast) -> None:
    define_field(field=ELDERS, owner=cast.offices[PROVINCE], by=SYSTEM)
    offers = {offer.key: offer for offer in offered()}
    assert all(str(source_of(key).label) for key in offers)
    assert {"place.name", "association.venue.has_venue", "last.elders"} < offers.keys()
    assert str(offers["last.elders"].label) == "六十岁以上老年人数"
    assert not any(key.removeprefix("association.") == "chair.chair" for key in offers)
    assert {key for key, offer in offers.items() if offer.binds} == {
        key for key in offers if key.startswith("association.")
    }


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (VENUE, set()), (NAME, set()),
        (field("a", "text", holds="figure.nothing"), {"holds"}),
        (field("b", "text", holds="elsewhere.name"), {"holds"}),
        (field("c", "text", holds="association.chair.chair"), {"holds"}),
        (field("d", "text", binds="place.name"), {"binds"}),
        (field("e", "integer", binds="association.venue.has_venue"), {"binds"}),
        (field("f", "yes_no", binds="association.members.member_count"), {"binds"}),
        (field("g", "money", binds="association.funding.funding_amount"), set()),
        (field("h", "text", binds="association.venue.venue_owner"), set()),
        (field("i", "choice", binds="association.setting.setting", choices=(Choice("rural"), Choice("urban"))), set()),
        (field("j", "choice", binds="association.setting.setting", choices=(Choice("rural"), Choice("else"))), {"binds"}),
        (field("k", "choices", binds="association.rules.rule_books", choices=(Choice("venue"),)), set()),
        (field("l", "choices", binds="association.rules.rule_books", choices=(Choice("nothing"),)), {"binds"}),
    ],
)  # fmt: skip
def test_a_field_shows_and_changes_only_what_is_there(made: Field, wrong: set[str]) -> None:
    assert why_not_held(made).keys() == wrong


def test_all_hindrances_are_told_together(cast: Cast) -> None:
    define_field(field=ELDERS, owner=cast.offices[PROVINCE], by=SYSTEM)
    define_field(field=TYPE, owner=cast.offices[PROVINCE], by=SYSTEM)
    other = number("elders", "六十岁以上老年人数", unit="person")
    twin = number("old_people", "六十岁以上 老年人数", unit="person")
    bound = field("venue_now", "yes_no", binds="association.venue.has_venue")
    unknown = field("unknown", "text", holds="figure.nothing")
    form = form_of(other, twin, bound, unknown, TYPE)
    assert differing(form) == {"elders"}
    reasons = hindrances(form)
    assert len(reasons) == 4
    for word, reason in zip(("venue_now", "elders", "elders", "unknown"), reasons, strict=True):
        assert word in reason
    draft = start_form(form=form, owner=cast.offices[PROVINCE], by=SYSTEM)
    with pytest.raises(Refused, match="venue_now"):
        publish_form(version=draft, by=SYSTEM)
    assert FormVersion.objects.get().state == FormVersion.State.DRAFT
    assert set(DictionaryField.objects.values_list("key", flat=True)) == {"elders", "care_type"}
    assert hindrances(form_of(NAME)) != [], "it asks nothing"
    assert hindrances(form_of(ELDERS, TYPE)) == []


@pytest.mark.django_db
def test_two_new_fields_of_one_form_may_not_ask_the_same() -> None:
    one, other = number("one", "床位数"), number("other", "床位 数")
    assert [("one" in reason) for reason in why_not_new([one, other])] == [True]


def test_unknown_sources_never_reach_the_dictionary(cast: Cast) -> None:
    with pytest.raises(Refused):
        define_field(field=field("x", "text", holds="figure.nothing"), owner=cast.offices[PROVINCE], by=SYSTEM)


def test_designers_see_their_own_area_and_what_those_above_published(cast: Cast) -> None:
    draft = start_form(form=form_of(ELDERS, key="draft"), owner=cast.offices[PROVINCE], by=SYSTEM)
    above = published(cast, FORM)
    own = start_form(form=form_of(ELDERS, key="own"), owner=cast.offices[COUNTY], by=SYSTEM)
    beside = published_at(cast, NEIGHBOUR)
    assert set(designs(cast.actor(cast.county))) == {above, own}
    assert set(designs(cast.actor(cast.province))) == {draft, above, own, beside}
    assert set(designs(cast.actor(cast.auditor))) == set()


def published_at(cast: Cast, path: str) -> FormVersion:
    """A published form of the office at a place."""
    draft = start_form(form=form_of(number("beds", "床位数"), key="beside"), owner=cast.offices[path], by=SYSTEM)
    return publish_form(version=draft, by=SYSTEM)


def test_fields_are_found_by_label_key_and_english(cast: Cast) -> None:
    published(cast)
    found = {
        text: {row.key for row in find_fields(text)} for text in ("老年人", "CARE", "canteen", "  独 居 ", "％", "")
    }
    assert found["老年人"] == {"elders", "living_alone"}
    assert found["CARE"] == {"care_type"}
    assert found["canteen"] == {"canteen"}
    assert found["  独 居 "] == {"living_alone"}
    assert found["％"] == set()
    assert len(found[""]) == 8


def test_the_forms_of_the_demo(cast: Cast) -> None:
    office = cast.offices[PROVINCE]
    yearly, draft = yearly_form(owner=office, by=SYSTEM), canteen_draft(owner=office, by=SYSTEM)
    assert (yearly.state, draft.state) == (FormVersion.State.PUBLISHED, FormVersion.State.DRAFT)
    assert hindrances(Form.from_json(draft.content)) == []
    again = [question.key for question in Form.from_json(yearly.content).questions() if question.reason]
    assert again == ["member_count", "has_venue", "venue_area"]
