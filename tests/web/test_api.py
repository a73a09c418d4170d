"""The JSON API at its front door: tokens and scopes, every endpoint, refusals, the description."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.web.world import SYSTEM, World, account, place, token, world
from yinling.associations import Association
from yinling.base import clock
from yinling.network import Account, Relocation, Token, open_place, recode_place
from yinling.people import register_person
from yinling.web.api import api
from yinling.web.api.access import CALLS_A_MINUTE

__all__ = ["world"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.addresses")]

ASKED = {
    "/places": {"q": "玉屏"},
    "/figures": {"measure": "villages", "period": "2012"},
    "/doors": {"measure": "villages", "period": "2012"},
}
"""What a call needs at least."""


class Caller:
    """A program with a token."""

    def __init__(self, text: str) -> None:
        self.client, self.text = Client(), text

    def get(self, address: str, **query: str | int) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1{address}", query, headers=self.headers)
        return answer.status_code, answer.json()

    def post(self, address: str, body: object) -> tuple[int, Any]:
        answer = self.client.post(
            f"/api/v1{address}", json.dumps(body), content_type="application/json", headers=self.headers
        )
        return answer.status_code, answer.json()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}", "Accept-Language": "en"}


@pytest.fixture
def clerk(world: World) -> Account:
    """A clerk of the first county."""
    return account(world.office, "clerk", "clerk")


@pytest.fixture
def reader(clerk: Account) -> Caller:
    """The clerk's program that may read."""
    return Caller(token(clerk))


@pytest.fixture
def writer(clerk: Account) -> Caller:
    """The clerk's program that may write."""
    return Caller(token(clerk, "write"))


def calls() -> list[tuple[str, str]]:
    return [
        (method, address.replace("/api/v1", "").replace("{pk}", "1").replace("{path}", "52").replace("{code}", "1"))
        for address, methods in api.get_openapi_schema(path_prefix="api/v1/")["paths"].items()
        for method in methods
    ]


def test_a_stranger_gets_401_everywhere(world: World) -> None:
    del world
    assert len(calls()) >= 12
    for method, address in calls():
        answer = getattr(Client(), method)(f"/api/v1{address}", headers={"Authorization": "Bearer yl_made-up"})
        assert (answer.status_code, answer.json()["key"]) == (401, "token"), address
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_session_is_no_token(client: Client, clerk: Account) -> None:
    client.force_login(clerk)
    assert client.get("/api/v1/measures").status_code == 401


def test_an_ended_expired_or_closed_token_opens_nothing(clerk: Account) -> None:
    for spoil in ({"ended_at": clock.now()}, {"expires_on": clock.today() - timedelta(days=1)}):
        reader = Caller(token(clerk))
        assert reader.get("/measures")[0] == 200
        Token.objects.filter(ended_at__isnull=True).update(**spoil)
        assert reader.get("/measures")[0] == 401
    reader = Caller(token(clerk))
    Account.objects.filter(pk=clerk.pk).update(must_change_password=True)
    status, body = reader.get("/measures")
    assert (status, body["key"]) == (403, "password")
    Account.objects.filter(pk=clerk.pk).update(is_active=False)
    assert reader.get("/measures")[0] == 401


def test_calls_are_limited_for_each_token(clerk: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinling.web.api.access.CALLS_A_MINUTE", 3)
    minute = datetime.combine(clock.today(), time(12), tzinfo=clock.CHINA)
    busy, other = Caller(token(clerk)), Caller(token(clerk))
    with clock.frozen(minute):
        assert [busy.get("/measures")[0] for _number in range(4)] == [200, 200, 200, 429]
        answer = busy.client.get("/api/v1/measures", headers=busy.headers)
        assert (answer.json()["key"], answer.headers["Retry-After"]) == ("too_many_calls", "60")
        assert other.get("/measures")[0] == 200
    with clock.frozen(minute + timedelta(minutes=1)):
        assert busy.get("/measures")[0] == 200
    assert CALLS_A_MINUTE > 3


def test_errors_are_in_the_language_asked_for(clerk: Account) -> None:
    headers = {"Authorization": f"Bearer {token(clerk)}"}
    english = Client().get("/api/v1/places/99", headers={**headers, "Accept-Language": "en"})
    assert (english.status_code, english.headers["Content-Language"]) == (404, "en")
    assert english.json() == {
        "key": "not_found",
        "message": "There is nothing here, or it lies outside your area.",
        "fields": [],
    }
    chinese = Client().get("/api/v1/places/99", headers={**headers, "Accept-Language": "zh-hans"})
    assert chinese.headers["Content-Language"] == "zh-hans"


def test_places(reader: Caller) -> None:
    village = {
        "path": "520622102201",
        "code": "520622102201",
        "level": 5,
        "kind": "villagers",
        "name": "街上村村委会",
        "parent": "520622102",
        "opened": "2005-01-01",
        "closed": None,
    }
    assert reader.get("/places/520622102201") == (200, village)
    assert reader.get("/places/by-code/520622102201") == (200, village)
    assert reader.get("/places", q="jsc") == (200, [village])
    assert reader.get("/places", q="街上") == (200, [village])
    assert reader.get("/places", q="街上", below="520623") == (200, [])
    below = reader.get("/places/children", of="520622102")[1]
    assert [row["path"] for row in below] == ["520622102201", "520622102202"]
    assert [row["path"] for row in reader.get("/places/children")[1]] == ["52"]
    assert reader.get("/places/children", of="5299")[0] == 404
    assert reader.get("/places/by-code/1")[0] == 404
    assert reader.get("/places")[0] == 422


def test_a_place_is_found_by_an_earlier_code(reader: Caller) -> None:
    recode_place(place=place("520622102201"), code="520622102299", on=clock.today(), basis="文", by=SYSTEM)
    for code in ("520622102201", "520622102299"):
        status, row = reader.get(f"/places/by-code/{code}")
        assert (status, row["path"], row["code"]) == (200, "520622102201", "520622102299")


def test_children_are_those_of_a_day(reader: Caller) -> None:
    day = date(2015, 6, 1)
    new = open_place(parent=place("520623100"), level=5, kind="villagers", name="新村村委会", on=day, by=SYSTEM)

    def children(on: date) -> list[str]:
        return [row["path"] for row in reader.get("/places/children", of="520623100", on=on.isoformat())[1]]

    assert children(day) == ["520623100201", new.area_path]
    assert children(day - timedelta(days=1)) == ["520623100201"]


def test_bodies_of_the_own_area(reader: Caller, world: World) -> None:
    status, page = reader.get("/bodies")
    assert status == 200
    assert [row["name"] for row in page["rows"]] == ["玉屏县老龄办", "街上村老年协会", "鱼塘村老年协会"]
    assert page["next"] is None
    assert [row["id"] for row in reader.get("/bodies", kind="office")[1]["rows"]] == [world.office.pk]
    assert [row["id"] for row in reader.get("/bodies", place="520622102201")[1]["rows"]] == [world.street.pk]
    assert [row["id"] for row in reader.get("/bodies", q="yt")[1]["rows"]] == [world.fishpond.pk]
    assert reader.get(f"/bodies/{world.office.pk}")[1]["founded"] == "2010-05-01"
    assert reader.get(f"/bodies/{world.elsewhere.pk}")[0] == 404
    assert reader.get("/bodies", place="520623")[1]["rows"] == []


def test_pages_follow_each_other_without_gaps(reader: Caller, world: World) -> None:
    for address, keys in (
        ("/bodies", [world.office.pk, world.street.pk, world.fishpond.pk]),
        ("/associations", [world.street.pk, world.fishpond.pk]),
    ):
        seen: list[int] = []
        after = ""
        for _number in range(len(keys)):
            page = reader.get(address, limit=1, after=after)[1]
            seen += [row["id"] for row in page["rows"]]
            after = page["next"]
        assert seen == keys
        assert page["next"] is None
        status, body = reader.get(address, after="nonsense")
        assert (status, body["fields"][0]["field"]) == (422, "after")
        assert reader.get(address, limit=100_000)[0] == 422


def test_associations_of_the_own_area(reader: Caller, world: World) -> None:
    status, page = reader.get("/associations", venue="true", setting="rural", place="520622102201")
    assert status == 200
    assert page["rows"] == [{
        "id": world.street.pk, "name": "街上村老年协会", "place": "520622102201", "uscc": "", "founded": "2010-05-01",
        "dissolved": None, "setting": "rural", "has_funding": False, "funding_source": "", "funding_amount": None,
        "has_venue": True, "venue_owner": "", "venue_area": "60.00", "meets": False, "meetings_a_year": None,
        "chair": None, "chair_is_officer": False, "member_count": 0, "rule_books": [],
        "state": world.street.changed_by,
    }]  # fmt: skip
    assert reader.get("/associations", venue="false")[1]["rows"] == []
    assert reader.get("/associations", place="520623")[1]["rows"] == []
    assert reader.get("/associations", setting="lunar")[0] == 422
    assert reader.get(f"/associations/{world.distant.pk}")[0] == 404


def test_a_change_is_made_and_its_history_told(writer: Caller, world: World) -> None:
    change = {"attribute": "venue", "values": {"has_venue": False}, "on": "2011-05-03", "seen": world.street.changed_by}
    status, row = writer.post(f"/associations/{world.street.pk}/changes", change)
    assert status == 200
    assert (row["has_venue"], row["venue_area"]) == (False, None)
    newest, first = (period for period in row["history"] if period["attribute"] == "venue")
    assert (newest["since"], newest["until"], newest["value"]["has_venue"]) == ("2011-05-03", None, False)
    assert (first["since"], first["until"], first["value"]["venue_area"]) == ("2010-05-01", "2011-05-03", "60.00")
    assert newest["recorded_by"] == "clerk 的人"
    before = writer.get("/figures", measure="rural.venue", place="520622", period="2011-05-02")[1]
    after = writer.get("/figures", measure="rural.venue", place="520622", period="2011-05-03")[1]
    assert (before["value"], after["value"]) == ("2.00", "1.00")
    status, body = writer.post(f"/associations/{world.street.pk}/changes", {**change, "on": "2011-06-01"})
    assert (status, body["key"]) == (422, "refused"), "somebody changed it since it was read"


def test_a_chair_is_named_by_the_key_of_a_person(writer: Caller, world: World) -> None:
    near = register_person(place=place("520622102201"), name="杨老伯", by=SYSTEM)
    far = register_person(place=place("520623100201"), name="李老伯", by=SYSTEM)

    def send(chair: object) -> tuple[int, Any]:
        values = {"chair": chair, "chair_is_officer": False}
        return writer.post(
            f"/associations/{world.street.pk}/changes", {"attribute": "chair", "values": values, "on": "2012-01-01"}
        )

    for nobody in (far.pk, 0, True, "x"):
        status, body = send(nobody)
        assert (status, body["fields"][0]["field"]) == (422, "values.chair"), nobody
    status, row = send(near.pk)
    assert (status, row["chair"]) == (200, {"id": near.pk, "name": "杨*伯"})


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        ({"attribute": "colour"}, "attribute"),
        ({"on": "soon"}, "on"),
        ({"on": "9999-01-01"}, None),
        ({"values": {"has_venue": True, "venue_area": "-1"}}, "venue_area"),
        ({"values": {"wings": 2}}, "values.wings"),
        ({"values": {"has_venue": True, "venue_area": 1.5}}, "values"),
        ({"surplus": 1}, "surplus"),
        ({"values": {"has_venue": True, "venue_owner": "\0"}}, None),
        ({"values": {"has_venue": "perhaps"}}, None),
    ],
)
def test_a_change_that_cannot_be(writer: Caller, world: World, spoil: dict[str, object], field: str | None) -> None:
    change = {"attribute": "venue", "values": {"has_venue": False}, "on": "2011-05-03", **spoil}
    status, body = writer.post(f"/associations/{world.street.pk}/changes", change)
    assert status == 422
    assert body["message"]
    if field is not None:
        assert field in ".".join(problem["field"] for problem in body["fields"])
    assert Association.objects.get(pk=world.street.pk).changed_by == world.street.changed_by


def test_who_may_not_change(reader: Caller, writer: Caller, world: World) -> None:
    change = {"attribute": "venue", "values": {"has_venue": False}, "on": "2011-05-03"}
    status, body = reader.post(f"/associations/{world.street.pk}/changes", change)
    assert (status, body["key"]) == (403, "scope")
    assert writer.post(f"/associations/{world.distant.pk}/changes", change)[0] == 404
    auditor = Caller(token(account(world.office, "auditor", "auditor"), "write"))
    assert auditor.get(f"/associations/{world.street.pk}")[0] == 200
    status, body = auditor.post(f"/associations/{world.street.pk}/changes", change)
    assert (status, body["key"]) == (403, "forbidden")
    assert Association.objects.filter(has_venue=True).count() == 3


def test_an_account_without_a_role_sees_public_knowledge_only(world: World, clerk: Account) -> None:
    caller = Caller(token(clerk))
    clerk.roles_held.update(until=clock.today())
    assert caller.get("/places/52")[0] == 200
    assert caller.get("/associations")[0] == 403
    assert caller.get("/bodies")[0] == 403
    status, door = caller.get("/doors", measure="villages", period="2012", place="52")
    assert (status, door["count"], door["open"], door["rows"]) == (200, 3, 0, [])
    del world


def test_measures_carry_their_definitions(reader: Caller) -> None:
    status, rows = reader.get("/measures")
    assert status == 200
    coverage = next(row for row in rows if row["key"] == "rural.coverage")
    assert (coverage["kind"], coverage["unit"], coverage["version"]) == ("ratio", "percent", 1)
    assert coverage["parts"] == ["rural.associations", "villages"]
    assert coverage["versions"][0]["since"] == "2012-01-01"
    assert all(row["definition"] and row["fingerprint"] for row in rows)


def test_figures(reader: Caller) -> None:
    status, found = reader.get("/figures", measure="rural.coverage", place="52", period="2012-08-16")
    assert status == 200
    assert (found["value"], found["text"]) == ("100", "100.00")
    assert (found["numerator"], found["denominator"]) == ("3.00", "3.00")
    none = reader.get("/figures", measure="rural.coverage", place="52", period="2004")[1]
    assert (none["value"], none["text"]) == (None, "–")
    nation = reader.get("/figures", measure="villages", period="2012")[1]
    assert (nation["value"], nation["place"]) == ("3.00", "")


def test_figures_by_children_and_by_month(reader: Caller) -> None:
    ask = {"measure": "rural.associations", "place": "5206", "period": "2012-08-16"}
    whole = reader.get("/figures", **ask, by="children")[1]
    assert [(part["place"], part["text"]) for part in whole["parts"]] == [("520622", "2"), ("520623", "1")]
    later = reader.get("/figures", **ask, by="children", known_at=whole["known_at"])[1]
    assert later["parts"] == whole["parts"]
    year = reader.get("/figures", **{**ask, "period": "2010"}, by="month")[1]
    assert [float(part["value"]) for part in year["parts"]] == [0] * 4 + [3] * 8
    assert [part["period"] for part in year["parts"]][:2] == ["2010-01", "2010-02"]


def test_a_figure_is_read_as_it_was_known_and_on_the_map_of_today(reader: Caller, writer: Caller, world: World) -> None:
    ask = {"measure": "rural.venue", "place": "520622", "period": "2012-08-16"}
    first = reader.get("/figures", **ask)[1]
    change = {"attribute": "venue", "values": {"has_venue": False}, "on": "2011-05-03"}
    assert writer.post(f"/associations/{world.street.pk}/changes", change)[0] == 200
    assert reader.get("/figures", **ask)[1]["value"] == "1.00"
    assert float(reader.get("/figures", **ask, known_at=first["known_at"])[1]["value"]) == 2
    Relocation.objects.create(old_path="520622102202", area_path="520623100202", on=clock.today())
    assert float(reader.get("/figures", **ask)[1]["value"]) == 1, "then it lay here"
    assert float(reader.get("/figures", **ask, on_map="today")[1]["value"]) == 0


@pytest.mark.parametrize(
    ("spoil", "status", "field"),
    [
        ({"measure": "happiness"}, 422, "measure"),
        ({"period": "someday"}, 422, "period"),
        ({"period": "9999"}, 422, "period"),
        ({"by": "month"}, 422, "by"),
        ({"by": "month", "period": "0001-01-01..2012-08-31"}, 422, "by"),
        ({"on_map": "mars"}, 422, "on_map"),
        ({"known_at": "-1"}, 422, "known_at"),
        ({"place": "99"}, 404, None),
        ({"place": "52\0"}, 422, None),
    ],
)
def test_figures_that_cannot_be(reader: Caller, spoil: dict[str, str], status: int, field: str | None) -> None:
    answer = reader.get("/figures", **{"measure": "villages", "period": "2012-08-16", **spoil})
    assert answer[0] == status
    assert answer[1]["message"]
    if field is not None:
        assert [problem["field"] for problem in answer[1]["fields"]] == [field]


def test_a_door_opens_the_own_area_and_counts_all(reader: Caller, world: World) -> None:
    ask = {"measure": "rural.coverage", "place": "52", "period": "2012-08-16"}
    status, door = reader.get("/doors", **ask)
    assert status == 200
    assert (door["part"], door["count"], door["open"], door["next"]) == ("rural.associations", 3, 2, None)
    assert [row["source"]["id"] for row in door["rows"]] == [world.street.pk, world.fishpond.pk]
    first = door["rows"][0]
    assert (first["place"], first["happened"], first["quantity"]) == ("520622102201", "2010-05-01", "1.00")
    assert first["source"]["label"] == "街上村老年协会"
    assert first["dims"] == {"setting": "rural"}
    villages = reader.get("/doors", **ask, part="villages")[1]
    assert [row["source"]["label"] for row in villages["rows"]] == ["街上村村委会", "鱼塘村村委会"]
    assert reader.get("/doors", **ask, part="urban.associations")[0] == 422
    assert reader.get("/doors", **{**ask, "place": "99"})[0] == 404


def test_a_door_page_by_page(reader: Caller) -> None:
    ask: dict[str, str | int] = {"measure": "villages", "place": "", "period": "2012", "limit": 1}
    first = reader.get("/doors", **ask)[1]
    second = reader.get("/doors", **ask, after=first["next"])[1]
    assert [page["rows"][0]["place"] for page in (first, second)] == ["520622102201", "520622102202"]
    assert second["next"] is None
    for nonsense in ("x", "1~2~3", "1~52~never~4"):
        assert reader.get("/doors", **ask, after=nonsense)[0] == 422


def test_the_description_is_valid_and_complete(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    schemas = described["components"]["schemas"]
    operations = [told for methods in described["paths"].values() for told in methods.values()]
    assert len({told["operationId"] for told in operations}) == len(operations)
    for told in operations:
        assert told["summary"]
        assert told["x-rule"]
        assert told["x-scope"] in {"read", "write"}
        assert told["security"] == [{"Bearer": []}]
        assert {"200", "401", "403", "404", "422", "429"} <= told["responses"].keys()
        for given in told["parameters"]:
            assert given["in"] in {"path", "query"}
    for reference in _references(described):
        assert reference.startswith("#/components/schemas/")
        assert reference.rsplit("/", 1)[-1] in schemas
    assert described["components"]["securitySchemes"]["Bearer"] == {"type": "http", "scheme": "bearer"}


def _references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in _references(value)]
    return [found for value in part for found in _references(value)] if isinstance(part, list) else []


def test_every_address_below_the_api_is_described(client: Client) -> None:
    described = set(client.get("/api/v1/openapi.json").json()["paths"])
    space = next(part for part in get_resolver().url_patterns if getattr(part, "namespace", "") == "api")
    assert isinstance(space, URLResolver)
    others = {"openapi-json", "api-root", None}
    routed = {f"/api/v1/{part.pattern}" for part in space.url_patterns if getattr(part, "name", None) not in others}
    assert {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address) for address in routed} == described


def test_an_unknown_call_is_answered_as_json(client: Client) -> None:
    answer = client.get("/api/v1/nothing/here")
    assert (answer.status_code, answer.json()["key"]) == (404, "not_found")


def test_the_reference_lists_every_call_and_needs_no_script(client: Client) -> None:
    text = client.get(reverse("api-reference")).content.decode()
    for address in client.get("/api/v1/openapi.json").json()["paths"]:
        assert address in text
    assert "within(" in text
    assert text.count("<script") == text.count('<script type="module" src="/static/')
