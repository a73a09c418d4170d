"""What some kinds of activity have beyond sessions and enrolments: part of the front door, kept apart for its size.

Expos with halls and booths; meetings with guests, minutes and resolutions; contests with ranks; activities that an
association reports after they were held."""

from yinling.activities.actions.expos import add_booth, add_hall, first_day, open_expo, withdraw_booth, withdraw_hall
from yinling.activities.actions.gatherings import report_held, withdraw_held
from yinling.activities.actions.meetings import (
    answer_guest,
    carry_out,
    invite_guest,
    rank_contestant,
    resolve,
    withdraw_ranking,
    write_minutes,
)
from yinling.activities.event_measures import EXPO_MEASURES, PLATFORM_MEASURES
from yinling.activities.models import Booth, Guest, Hall, Minutes, Ranking, Resolution

__all__ = [
    "EXPO_MEASURES",
    "PLATFORM_MEASURES",
    "Booth",
    "Guest",
    "Hall",
    "Minutes",
    "Ranking",
    "Resolution",
    "add_booth",
    "add_hall",
    "answer_guest",
    "carry_out",
    "first_day",
    "invite_guest",
    "open_expo",
    "rank_contestant",
    "report_held",
    "resolve",
    "withdraw_booth",
    "withdraw_hall",
    "withdraw_held",
    "withdraw_ranking",
    "write_minutes",
]
