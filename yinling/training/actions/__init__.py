"""Writes of training."""

from yinling.training.actions.classes import add_lesson, cancel_lesson, open_class, withdraw_class
from yinling.training.actions.exams import add_candidate, open_exam, withdraw_candidate
from yinling.training.actions.finishing import certify, finish_class
from yinling.training.actions.marks import Marked, confirm_mark, confirm_marks, enter_mark, enter_marks, withdraw_mark
from yinling.training.actions.papers import Paper, add_qualification, withdraw_qualification
from yinling.training.actions.placements import follow_up, place_trainee, withdraw_placement
from yinling.training.actions.presence import Present, confirm_lesson, record_lesson
from yinling.training.actions.roster import add_trainee, fix_roster, remove_trainee

__all__ = [
    "Marked",
    "Paper",
    "Present",
    "add_candidate",
    "add_lesson",
    "add_qualification",
    "add_trainee",
    "cancel_lesson",
    "certify",
    "confirm_lesson",
    "confirm_mark",
    "confirm_marks",
    "enter_mark",
    "enter_marks",
    "finish_class",
    "fix_roster",
    "follow_up",
    "open_class",
    "open_exam",
    "place_trainee",
    "record_lesson",
    "remove_trainee",
    "withdraw_candidate",
    "withdraw_class",
    "withdraw_mark",
    "withdraw_placement",
    "withdraw_qualification",
]
