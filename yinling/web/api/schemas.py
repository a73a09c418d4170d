"""What the API takes and gives. Decimals are strings: a number in JSON may lose its last places on the way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from ninja import Schema
from pydantic import ConfigDict
from pydantic import Field as Described

T = TypeVar("T")


def example(**values: Any) -> ConfigDict:
    """The configuration of a schema with one example."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class Field(Schema):
    """One field at fault."""

    field: str
    key: str
    message: str


class Failure(Schema):
    """Every error."""

    key: str = Described(description="for programs; never changes")
    message: str = Described(description="for people, in the language of Accept-Language")
    fields: list[Field] = []
    model_config = example(key="not_found", message="There is nothing here, or it lies outside your area.", fields=[])


class Page(Schema, Generic[T]):
    """Some rows, and where the next ones begin: send `next` as `after`; null on the last page."""

    rows: list[T]
    next: str | None = None


class PlaceOut(Schema):
    """A place of the network. `path` never changes; `code` is the statistical code of today and may."""

    path: str
    code: str
    level: int = Described(description="1 province, 2 prefecture, 3 county, 4 township, 5 village or community")
    kind: str
    name: str
    parent: str = Described(description="path of the place above; empty for a province")
    opened: date
    closed: date | None = None
    model_config = example(
        path="520622102201",
        code="520622102201",
        level=5,
        kind="villagers",
        name="街上村村委会",
        parent="520622102",
        opened="2010-01-01",
        closed=None,
    )


class BodyOut(Schema):
    """An office, bureau, association or other body."""

    id: int
    kind: str
    name: str
    place: str = Described(description="path of its place")
    uscc: str = Described(description="credit code (GB 32100); may be empty")
    founded: date
    dissolved: date | None = None
    model_config = example(
        id=17,
        kind="association",
        name="街上村老年协会",
        place="520622102201",
        uscc="",
        founded="2010-05-01",
        dissolved=None,
    )


class ChairOut(Schema):
    """The chair, by masked name."""

    id: int
    name: str


class AssociationOut(Schema):
    """An association as it is today."""

    id: int
    name: str
    place: str
    uscc: str
    founded: date
    dissolved: date | None
    setting: Literal["rural", "urban"]
    has_funding: bool
    funding_source: str
    funding_amount: str | None = Described(description="yuan a year")
    has_venue: bool
    venue_owner: str
    venue_area: str | None = Described(description="square metres")
    meets: bool
    meetings_a_year: int | None
    chair: ChairOut | None
    chair_is_officer: bool
    member_count: int
    rule_books: list[str]
    state: int = Described(description="send it back as `seen` with a change")
    model_config = example(
        id=17,
        name="街上村老年协会",
        place="520622102201",
        uscc="",
        founded="2010-05-01",
        dissolved=None,
        setting="rural",
        has_funding=True,
        funding_source="村集体",
        funding_amount="3000.00",
        has_venue=True,
        venue_owner="村委会",
        venue_area="60.00",
        meets=True,
        meetings_a_year=4,
        chair={"id": 5, "name": "杨*"},
        chair_is_officer=False,
        member_count=86,
        rule_books=["study", "finance"],
        state=1204,
    )


class PeriodOut(Schema):
    """One attribute from a day until another (not including it), and the entry of the audit trail that wrote it."""

    attribute: str
    value: dict[str, Any]
    since: date
    until: date | None
    corrected: bool = Described(description="true: it was wrong and holds no more")
    remark: str
    recorded_at: datetime | None
    recorded_by: str
    evidence_sha256: str | None


class AssociationWithHistory(AssociationOut):
    """An association with everything it was."""

    history: list[PeriodOut]


class Change(Schema):
    """A change of one attribute from a day on. Columns left out get their default: send the whole attribute."""

    attribute: Literal["setting", "funding", "venue", "meeting", "chair", "members", "rules"]
    values: dict[str, bool | int | str | list[str] | None]
    on: date
    remark: str = Described("", max_length=200)
    seen: int | None = Described(None, description="`state` of the association as you read it; refused if it changed")
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "attribute": "venue",
                    "values": {"has_venue": True, "venue_owner": "村委会", "venue_area": "60.00"},
                    "on": "2012-08-16",
                    "seen": 1204,
                }
            ]
        },
    )


class VersionOut(Schema):
    """One version of a definition."""

    number: int
    since: date
    what: str


class MeasureOut(Schema):
    """What a figure counts."""

    key: str
    label: str
    unit: str
    unit_label: str
    definition: str
    basis: str
    kind: Literal["sum", "distinct", "difference", "ratio"]
    parts: list[str] = Described(description="keys of the counts it is made of; each has a door")
    version: int
    versions: list[VersionOut]
    fingerprint: str
    model_config = example(
        key="rural.coverage",
        label="Rural coverage",
        unit="percent",
        unit_label="%",
        definition="Associations for each hundred villages or communities.",
        basis="",
        kind="ratio",
        parts=["rural.associations", "villages"],
        version=1,
        versions=[{"number": 1, "since": "2012-01-01", "what": ""}],
        fingerprint="0f3b6f0c9a1d",
    )


class FigureOut(Schema):
    """A value at a place for a period. A ratio keeps its two counts; of nothing it has no value."""

    measure: str
    version: int
    place: str = Described(description="path; empty for the nation")
    period: str
    value: str | None
    text: str = Described(description="the value as published, rounded")
    unit: str
    numerator: str | None = None
    denominator: str | None = None


class FigureWithParts(FigureOut):
    """A figure and what it is made of."""

    known_at: int = Described(description="the cut-off: with it as `known_at` this value can be read again for ever")
    on_map: Literal["then", "today"]
    parts: list[FigureOut] = []
    model_config = example(
        measure="rural.associations",
        version=1,
        place="520622",
        period="2012-08-16",
        value="71.00",
        text="71",
        unit="association",
        numerator=None,
        denominator=None,
        known_at=1204,
        on_map="then",
        parts=[],
    )


class SourceOut(Schema):
    """The row behind a fact."""

    kind: str
    id: int
    label: str
    url: str
    place: str


class FactOut(Schema):
    """One fact that a figure counts."""

    id: int
    kind: str
    dims: dict[str, str]
    place: str
    happened: date
    quantity: str
    entry: int = Described(description="the audit entry that recorded it")
    source: SourceOut | None


class DoorOut(Schema):
    """The facts behind a count: those inside your area, and how many there are in all."""

    measure: str
    part: str
    place: str
    period: str
    count: int
    open: int = Described(description="how many of them lie inside your area")
    rows: list[FactOut]
    next: str | None = None
