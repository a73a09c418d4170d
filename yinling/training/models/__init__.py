"""Tables of training."""

from yinling.training.models.classes import (
    ClassState,
    Half,
    Lesson,
    Mark,
    MarkState,
    Placement,
    Trainee,
    TraineeState,
    TrainingClass,
)
from yinling.training.models.exams import Candidate, Exam, Level

__all__ = [
    "Candidate",
    "ClassState",
    "Exam",
    "Half",
    "Lesson",
    "Level",
    "Mark",
    "MarkState",
    "Placement",
    "Trainee",
    "TraineeState",
    "TrainingClass",
]
