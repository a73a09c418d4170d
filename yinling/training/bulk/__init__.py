"""Writes of training by the thousand."""

from yinling.training.bulk.candidates import NewCandidate, register_candidates, withdraw_candidates
from yinling.training.bulk.classes import NewPerson, OldClass, OldTrainee, take_over, withdraw_take_over
from yinling.training.bulk.rosters import (
    NewPaper,
    add_papers,
    add_trainees,
    withdraw_marks,
    withdraw_papers,
    withdraw_trainees,
)

__all__ = [
    "NewCandidate",
    "NewPaper",
    "NewPerson",
    "OldClass",
    "OldTrainee",
    "add_papers",
    "add_trainees",
    "register_candidates",
    "take_over",
    "withdraw_candidates",
    "withdraw_marks",
    "withdraw_papers",
    "withdraw_take_over",
    "withdraw_trainees",
]
