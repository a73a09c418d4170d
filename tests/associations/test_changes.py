"""The register over time: changed from a day on, corrected as if it had never been otherwise, dissolved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.associations.ground import (
    ALL,
    APR,
    FEB,
    FOUNDED,
    JAN,
    JUN,
    MAR,
    MAY,
    NEIGHBOUR,
    VILLAGE,
    course,
    everything,
    make,
)
from tests.facts.ground import SYSTEM, load
from yinling.associations import (
    COMMUNITIES,
    LEVELS,
    RURAL,
    URBAN,
    VILLAGES,
    Association,
    AttributePeriod,
    change_attribute,
    correct_attribute,
    dissolve,
    history_of,
    register,
)
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Refused
from yinling.facts import BuiltOn, Entry, Fact, compact_totals, verify
from yinling.figures import figure, recheck
from yinling.network import Place, guizhou2012, load_places, merge_places, move_place

pytestmark = pytest.mark.django_db


def change(association: Association, attribute: str, on: date, **values: Any) -> None:
    change_attribute(association=association, attribute=attribute, values=values, on=on, by=SYSTEM)


def correct(association: Association, attribute: str, since: date, **values: Any) -> None:
    correct_attribute(
        association=association, attribute=attribute, values=values, since=since, reason="记错", by=SYSTEM
    )


def now(association: Association) -> Association:
    return Association.objects.get(pk=association.pk)


def present(association: Association, attribute: str) -> AttributePeriod:
    return association.history.get(attribute=attribute, until=None, corrected=False)


def sound() -> bool:
    return [*verify(), *recheck()] == []


def test_an_association_counts_from_its_founding_with_all_it_has() -> None:
    make()
    rural = {key.removeprefix("rural."): value for key, value in everything().items() if key.startswith("rural")}
    ones = dict.fromkeys(("associations", "funded", "venue", "active", "six_rules", "places_with"), "1")
    assert rural == ones | {
        "coverage": "20.00", "funded_share": "100.00", "venue_share": "100.00", "active_share": "100.00",
        "officer_chair": "0", "officer_chair_share": "0.00", "members": "126", "funds": "3000.50",
        "places_without": "4", "no_funds": "0", "no_venue": "0",
    }  # fmt: skip
    assert everything(FOUNDED - timedelta(days=1))["rural.associations"] == "0"
    assert sound()


def test_a_change_holds_from_its_day_and_leaves_what_was_before() -> None:
    made = make()
    change(made, "venue", MAR, has_venue=False)
    change(made, "members", APR, member_count=130)
    assert course(RURAL.venue) == [1, 1, 0, 0, 0, 0]
    assert course(RURAL.no_venue) == [0, 0, 1, 1, 1, 1]
    assert course(RURAL.members) == [126, 126, 126, 130, 130, 130]
    periods = made.history.filter(attribute="venue").order_by("since").values_list("since", "until", "value__has_venue")
    assert list(periods) == [(JAN, MAR, True), (MAR, None, False)]
    assert sound()


def test_history_names_the_entry_that_wrote_each_period() -> None:
    made = make({"venue": {"has_venue": True}})
    change(made, "venue", MAR, has_venue=False)
    correct(made, "venue", FEB, has_venue=False)
    found = [(period.attribute, entry.action if entry else None) for period, entry in history_of(made)]
    assert found[:2] == [("venue", "associations.change"), ("venue", "associations.correct")]
    assert set(found[2:]) == {(key, "associations.register") for key in (*ALL, "chair")}
    assert [period.corrected for period, _entry in history_of(made)][:2] == [True, False]


@pytest.mark.parametrize(
    ("attribute", "values", "on"),
    [
        ("venue", {"has_venue": False}, FOUNDED - timedelta(days=1)),  # before what holds now began
        ("members", {"member_count": 126}, MAR),  # nothing has changed
        ("venue", {"has_venue": True, "venue_owner": "村委会", "venue_area": "80.00"}, MAR),
    ],
)
def test_a_change_of_nothing_or_from_too_early_a_day_is_refused(
    attribute: str, values: dict[str, Any], on: date
) -> None:
    made = make()
    before = everything(), Fact.objects.count(), AttributePeriod.objects.count()
    with pytest.raises(Refused):
        change(made, attribute, on, **values)
    assert (everything(), Fact.objects.count(), AttributePeriod.objects.count()) == before


def test_nothing_is_recorded_of_tomorrow() -> None:
    with clock.frozen(JUN):
        made, tomorrow = make(), JUN + timedelta(days=1)
        for attempt in (
            lambda: change(made, "members", tomorrow, member_count=1),
            lambda: correct(made, "members", tomorrow, member_count=1),
            lambda: dissolve(association=made, on=tomorrow, reason="x", by=SYSTEM),
            lambda: register(
                place=made.body.place,
                name="新",
                founded=tomorrow,
                attributes={"setting": {"setting": "rural"}},
                by=SYSTEM,
            ),
        ):
            with pytest.raises(Refused):
                attempt()
        change(made, "members", JUN, member_count=1)
    assert course(RURAL.members) == [126, 126, 126, 126, 126, 1]


def test_a_change_on_the_day_of_the_last_one_replaces_it() -> None:
    made = make()
    change(made, "members", MAR, member_count=5)
    change(made, "members", MAR, member_count=7)
    assert course(RURAL.members) == [126, 126, 7, 7, 7, 7]
    assert sound()


def test_who_saw_an_older_record_is_refused_and_nothing_is_lost() -> None:
    made = make()
    seen = now(made).changed_by
    change(made, "members", MAR, member_count=5)
    for act in (change_attribute, correct_attribute):
        day = {"on": APR} if act is change_attribute else {"since": FEB, "reason": "记错"}
        with pytest.raises(Refused):
            act(association=made, attribute="members", values={"member_count": 9}, seen=seen, by=SYSTEM, **day)
    change_attribute(
        association=made, attribute="members", values={"member_count": 9}, on=APR, seen=now(made).changed_by, by=SYSTEM
    )
    assert course(RURAL.members) == [126, 126, 5, 9, 9, 9]


def test_details_of_what_it_does_not_have_are_dropped() -> None:
    made = make({})
    change(made, "venue", FEB, has_venue=True, venue_owner="村委会", venue_area="12.5")
    change(made, "venue", MAR, has_venue=False, venue_owner="忘删", venue_area="99")
    change(made, "funding", MAR, has_funding=True, funding_source="村集体", funding_amount="10")
    change(made, "funding", APR, has_funding=False, funding_source="忘删", funding_amount="99")
    row = now(made)
    assert (row.venue_owner, row.venue_area, row.funding_source, row.funding_amount) == ("", None, "", None)
    assert course(RURAL.funds) == [0, 0, 10, 0, 0, 0]


@pytest.mark.parametrize(
    ("attribute", "values", "column"),
    [
        ("funding", {"has_funding": True, "funding_amount": "-0.01"}, "funding_amount"),
        ("venue", {"has_venue": True, "venue_area": "-1"}, "venue_area"),
        ("members", {"member_count": -1}, "member_count"),
        ("meeting", {"meets": True, "meetings_a_year": -1}, "meetings_a_year"),
        ("setting", {"setting": "lunar"}, "setting"),
        ("rules", {"rule_books": ["cookery"]}, "rule_books"),
        ("venue", {"has_venue": True, "member_count": 1}, "member_count"),
        ("venue", {"has_venue": True, "venue_area": "NaN"}, "venue_area"),
    ],
)
def test_a_wrong_value_is_named_by_its_column_and_nothing_written(
    attribute: str, values: dict[str, Any], column: str
) -> None:
    made = make({})
    before = everything(), Entry.objects.count()
    with pytest.raises(ValidationError) as error:
        change(made, attribute, MAR, **values)
    assert list(error.value.message_dict) == [column]
    assert (everything(), Entry.objects.count()) == before


def test_registering_needs_a_setting() -> None:
    with pytest.raises(ValidationError) as error:
        register(place=load()[VILLAGE], name="x", founded=FOUNDED, attributes={}, by=SYSTEM)
    assert "setting" in error.value.message_dict
    assert not Association.objects.exists()


def test_one_name_stands_once_at_a_place() -> None:
    made = make()
    with pytest.raises(Refused):
        make(place=made.body.place)
    make(place=made.body.place, name="又一个")
    assert course(RURAL.all) == [2] * 6
    assert course(RURAL.units) == [5] * 6


def test_a_correction_makes_the_record_as_if_it_had_never_been_wrong() -> None:
    made = make()
    change(made, "members", MAR, member_count=5)
    correct(made, "members", FEB, member_count=50)
    assert course(RURAL.members) == [126, 50, 50, 50, 50, 50]
    correct(made, "members", MAY, member_count=60)
    assert course(RURAL.members) == [126, 126, 126, 126, 60, 60]
    correct(made, "members", JAN, member_count=70)
    assert course(RURAL.members) == [70] * 6
    assert present(made, "members").since == JAN
    assert sound()


def test_a_correction_of_what_was_never_there_and_back() -> None:
    made = make()
    change(made, "venue", MAR, has_venue=False)
    correct(made, "venue", APR, has_venue=True, venue_area="5")  # it always had one; since April it is another
    assert course(RURAL.venue) == [1] * 6
    correct(made, "venue", MAY, has_venue=False)
    assert course(RURAL.venue) == [1, 1, 1, 1, 0, 0]
    assert sound()


def test_a_correction_needs_a_reason_and_a_day_after_the_record_before() -> None:
    made = make()
    change(made, "members", MAR, member_count=5)
    for reason in ("", " ", "x "):
        with pytest.raises(ValidationError):
            correct_attribute(
                association=made, attribute="members", values={"member_count": 6}, since=MAR, reason=reason, by=SYSTEM
            )
    with pytest.raises(Refused):
        correct(made, "members", FOUNDED - timedelta(days=1), member_count=6)
    assert course(RURAL.members) == [126, 126, 5, 5, 5, 5]
    correct(made, "members", MAR, member_count=6)
    assert Entry.objects.latest("seq").reason == "记错"


def test_a_figure_as_known_before_a_correction_stays() -> None:
    made = make()
    cutoff = Entry.objects.latest("seq").seq
    correct(made, "members", JAN, member_count=1)
    assert figure(RURAL.members, path="52", period=as_of(JUN)).value == 1
    assert figure(RURAL.members, path="52", period=as_of(JUN), known_at=cutoff).value == 126


def test_another_setting_restates_every_fact() -> None:
    made = make()
    before = {key.removeprefix("rural."): value for key, value in everything().items() if key.startswith("rural")}
    change(made, "setting", APR, setting="urban")
    for key in (
        "associations",
        "funded",
        "venue",
        "active",
        "members",
        "funds",
        "six_rules",
        "venue_share",
        "places_with",
    ):
        assert everything(MAR)[f"rural.{key}"] == everything(APR)[f"urban.{key}"] == before[key]
        assert everything(MAR)[f"urban.{key}"] in ("0", "0.00", "–")
        assert everything(APR)[f"rural.{key}"] in ("0", "0.00", "–")
    correct(made, "setting", MAY, setting="urban")
    assert course(RURAL.members) == [126, 126, 126, 126, 0, 0]
    assert course(URBAN.members) == [0, 0, 0, 0, 126, 126]
    assert sound()


def test_a_correction_leaves_no_day_on_which_it_was_neither_rural_nor_urban() -> None:
    made = make()
    with pytest.raises(Refused):
        correct(made, "setting", MAR, setting="urban")
    correct(made, "setting", JAN, setting="urban")
    assert (course(RURAL.all), course(URBAN.all)) == ([0] * 6, [1] * 6)
    correct(made, "members", MAR, member_count=5)  # other things it may have had later only
    assert course(URBAN.members) == [0, 0, 5, 5, 5, 5]


def test_no_part_is_counted_in_a_setting_before_the_whole_is() -> None:
    """What has no facts yet has none to be closed: the day itself must be refused, or the parts exceed the whole."""
    made = make({})
    change(made, "setting", APR, setting="urban")
    with pytest.raises(Refused):
        change(made, "venue", MAR, has_venue=True)
    with pytest.raises(BuiltOn):
        correct(made, "venue", FEB, has_venue=True)
    change(made, "venue", MAY, has_venue=True)
    other = make({"venue": {"has_venue": True}}, place=made.body.place, name="又一个")
    change(other, "venue", MAY, has_venue=False)
    with pytest.raises(Refused):
        change(other, "setting", APR, setting="urban")  # its venue of April would stay rural
    for month in (course(RURAL.no_venue), course(URBAN.no_venue)):
        assert all(number >= 0 for number in month)
    assert sound()


def test_a_correction_does_not_reach_back_before_a_move() -> None:
    """Its facts would lie at the new path in the old days, or what is reopened at the old path in the new."""
    made, empty = make(), make({}, place=Place.objects.get(area_path=NEIGHBOUR), name="又一个")
    change(made, "venue", FEB, has_venue=False)
    for path in (VILLAGE[:9], NEIGHBOUR[:9]):
        move_place(
            place=Place.objects.get(area_path=path),
            parent=Place.objects.get(area_path="520102"),
            on=APR,
            basis="",
            by=SYSTEM,
        )
    for association, attribute, values in (
        (made, "venue", {"has_venue": True}),
        (empty, "venue", {"has_venue": True}),
        (made, "members", {"member_count": 1}),
    ):
        for since in (MAR, MAY):
            with pytest.raises(BuiltOn):
                correct(association, attribute, since, **values)
        with pytest.raises(Refused):
            change(association, attribute, MAR, **values)
    change(empty, "venue", MAY, has_venue=True)
    correct(empty, "venue", JUN, has_venue=True)
    assert course(RURAL.venue, "520101") == [1, 0, 0, 0, 0, 0]
    assert course(RURAL.venue, "520102") == [0, 0, 0, 0, 0, 1]
    assert course(RURAL.members, "520101") == [126, 126, 126, 0, 0, 0]
    assert sound()


def test_a_merger_counts_both_associations_at_one_place() -> None:
    one = make({"members": {"member_count": 10}})
    two = make({"members": {"member_count": 20}}, place=Place.objects.get(area_path=NEIGHBOUR))
    assert course(RURAL.places_with) == [2] * 6
    merge_places(
        place=Place.objects.get(area_path=NEIGHBOUR),
        into=Place.objects.get(area_path=VILLAGE),
        on=APR,
        basis="",
        by=SYSTEM,
    )
    assert course(RURAL.members, VILLAGE) == [10, 10, 10, 30, 30, 30]
    assert course(RURAL.places_with) == [2, 2, 2, 1, 1, 1]
    assert course(RURAL.places_without) == [3, 3, 3, 3, 3, 3]
    assert {now(one).area_path, now(two).area_path} == {VILLAGE}
    assert now(two).body.place.area_path == VILLAGE
    assert now(two).body.name != now(one).body.name  # both were called the same
    assert sound()


def test_dissolved_it_leaves_every_count_and_takes_no_more_changes() -> None:
    made = make()
    change(made, "members", MAR, member_count=5)
    with pytest.raises(Refused):
        dissolve(association=made, on=FEB, reason="停办", by=SYSTEM)
    dissolve(association=made, on=MAY, reason="停办", by=SYSTEM)
    assert course(RURAL.all) == [1, 1, 1, 1, 0, 0]
    assert course(RURAL.members) == [126, 126, 5, 5, 0, 0]
    none = everything(MAY)
    assert {value for key, value in none.items() if "places" not in key} <= {"0", "0.00", "–"}
    assert not made.history.filter(until=None, corrected=False).exists()
    for attempt in (
        lambda: change(made, "members", JUN, member_count=9),
        lambda: correct(made, "members", JUN, member_count=9),
        lambda: dissolve(association=made, on=JUN, reason="停办", by=SYSTEM),
    ):
        with pytest.raises(Refused):
            attempt()
    make(place=made.body.place)  # the name is free again
    assert sound()


@pytest.mark.long
def test_the_places_of_guizhou_are_counted_as_the_statistics_of_2012_count_them() -> None:
    load_places(divisions=guizhou2012.read(), on=date(2005, 1, 1), source="test", by=SYSTEM)
    compact_totals()
    when = as_of(date(2012, 8, 16))
    found = [figure(measure, path="52", period=when).value for measure in (VILLAGES, COMMUNITIES, LEVELS)]
    assert found == [17912, 1439, 5]
    assert sound()
