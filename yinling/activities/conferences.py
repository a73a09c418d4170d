"""Conferences with their papers, speeches and visits: part of the front door, kept apart for its size."""

from yinling.activities.actions.conferences import hold_conference, record_contribution, record_visit
from yinling.activities.measures import PAPERS, SPEECHES, VISITS
from yinling.activities.models import Conference, Contribution, Visit
from yinling.activities.rules import may_hold, may_see_conferences

__all__ = [
    "PAPERS",
    "SPEECHES",
    "VISITS",
    "Conference",
    "Contribution",
    "Visit",
    "hold_conference",
    "may_hold",
    "may_see_conferences",
    "record_contribution",
    "record_visit",
]
