"""Which figures of the records say what a published document states, and how the two are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GUIZHOU, GUIYANG, ZUNYI, ANSHUN, TONGREN = "52", "5201", "5203", "5204", "5206"
"""Guizhou speaks for itself (003). For the cities of the other documents stand cities of the demo: 贵阳 for 重庆 (001), 遵义
for 枣庄 (002), 安顺 for 东营 (000), 铜仁 for the unnamed city of the speech (004)."""

Compared = Literal["equal", "somewhere below", "below", "years running"]


@dataclass(frozen=True, slots=True)
class Binding:
    """The measures (by key, one for each number that is stated) at a place for a period.

    `compared` says how: `equal` to what is stated, or at least that where the document says so; some county lies `somewhere
    below` it; the whole lies `below` it; or it is in how many `years running`, up to the end, there was anything at all."""

    keys: tuple[str, ...]
    path: str
    period: str
    compared: Compared = "equal"


def _at(path: str, period: str, **keys: str) -> dict[str, Binding]:
    """One binding for each published figure: its id without the prefix, and the measure's key (several: with blanks)."""
    return {name: Binding(tuple(key.split()), path, period) for name, key in keys.items()}


def _named(prefix: str, bindings: dict[str, Binding]) -> dict[str, Binding]:
    return {f"{prefix}.{name}": binding for name, binding in bindings.items()}


CONFERENCE, CONFERENCE_MONTH = "2012-08-16", "2012-08"
_MEASURES = {
    "assocs": "associations",
    "coverage": "coverage",
    "funded": "funded",
    "funded_pct": "funded_share",
    "venue": "venue",
    "venue_pct": "venue_share",
    "active": "active",
    "active_pct": "active_share",
    "officer_chair": "officer_chair",
    "officer_chair_pct": "officer_chair_share",
}
_GUIZHOU = _named(
    "g",
    _at(GUIZHOU, CONFERENCE, villages="villages", communities="communities", levels="levels")
    | _at(
        GUIZHOU, CONFERENCE_MONTH, papers="conference.papers", speakers="conference.speeches",
        visited="conference.visits",
    )
    | {
        f"{unit}_{name}": Binding((f"{setting}.{key}",), GUIZHOU, CONFERENCE)
        for unit, setting in {"village": "rural", "community": "urban"}.items()
        for name, key in _MEASURES.items()
    },
)  # fmt: skip

SPEECH, SPEECH_YEAR, SO_FAR = "2025-12-31", "2025", "2023-01-01..2025-12-31"
"""The day, the year and the years of which the speech (004) speaks."""

_TONGREN = _named(
    "v",
    _at(
        TONGREN, SPEECH, domains="domains.all undertakings.all", stations="stations.all",
        street_stations="stations.street", brands="brands.all", volunteers="volunteers.registered",
        professional_pct="volunteers.professional_share",
    )
    | _at(TONGREN, SPEECH_YEAR, shows="sessions.show", troupe_shows="outcome.troupe_shows",
        participation_pct="volunteers.participation")
    | _at(
        TONGREN, SO_FAR, projects="projects.published", hours="hours.served", books="outcome.books",
        teachers="outcome.teachers_trained", clinic="outcome.people_treated", medicine="outcome.medicine_value",
        artworks="outcome.artworks", operas="outcome.operas", exhibition_visitors="outcome.spectators",
        students_aided="outcome.students_aided", aid_funds="outcome.aid_funds",
        elders_served="outcome.elders_served",
    )
    | {
        "weak_stations": Binding(("stations.all",), TONGREN, SPEECH, "somewhere below"),
        "weak_volunteers": Binding(("volunteers.registered",), TONGREN, SPEECH, "somewhere below"),
        "expert_teams": Binding(("teams.expert",), TONGREN, SPEECH, "below"),
    },
)  # fmt: skip

TRAINING_YEARS = "2016-01-01..2020-12-31"
_TRAINING = (
    _named(
        "c",
        _at(
            GUIYANG, "2020", trained="trained.all", onex_schools="onex.schools", onex_students="onex.passed",
            expo_area="expo.area",
        )
        | {"onex_pass": Binding(("onex.pass_rate",), GUIYANG, "2020")},
    )
    | _named(
        "d",
        _at(ANSHUN, "2020", classes="classes.graded", trained="trained.all", placed="trainees.placed",
            assessor_class="classes.assessor_days trained.assessors", clinic="sessions.clinic outcome.people_treated",
            health_checks="volunteers.served outcome.health_checks")
        | _at(ANSHUN, "2020", trip="outcome.travellers")
        | _at(
            ANSHUN, "2020-12-31", supervisors="qualifications.supervisor", examiners="qualifications.examiner"
        ),
    )
    | _named(
        "z",
        _at(ZUNYI, TRAINING_YEARS, trained_mid="trained.mid_grade", trained_family="trained.family")
        | {"training_years": Binding(("classes.held",), ZUNYI, TRAINING_YEARS, "years running")},
    )
)  # fmt: skip

BINDINGS: dict[str, Binding] = {**_GUIZHOU, **_TONGREN, **_TRAINING}
"""The binding of each published figure that the platform computes, by its id."""
