"""Persons once: encrypted identity, masked display, reveal with a reason, consents, positions with a term."""

from yinling.people.actions import (
    CONSENT_TEXT,
    PHONE,
    RESIDENT,
    TERM_YEARS,
    correct_person,
    give_consent,
    identity,
    leave_position,
    merge_people,
    register_person,
    reveal,
    take_position,
    withdraw_consent,
)
from yinling.people.cells import Resident, resident_cell
from yinling.people.merges import FollowMerge, on_merge
from yinling.people.models import Consent, Person, Position, Qualification
from yinling.people.queries import Likeness, find_people, likely_same, people_visible, positions_held, terms_ended
from yinling.people.rules import may_change_people, may_merge_people, may_reveal, may_see_people

__all__ = [
    "CONSENT_TEXT",
    "PHONE",
    "RESIDENT",
    "TERM_YEARS",
    "Consent",
    "FollowMerge",
    "Likeness",
    "Person",
    "Position",
    "Qualification",
    "Resident",
    "correct_person",
    "find_people",
    "give_consent",
    "identity",
    "leave_position",
    "likely_same",
    "may_change_people",
    "may_merge_people",
    "may_reveal",
    "may_see_people",
    "merge_people",
    "on_merge",
    "people_visible",
    "positions_held",
    "register_person",
    "resident_cell",
    "reveal",
    "take_position",
    "terms_ended",
    "withdraw_consent",
]
