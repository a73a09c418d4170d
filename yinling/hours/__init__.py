"""Service hours: presence at sessions recorded, confirmed by somebody else, counted once."""

from yinling.hours.models import Attendance, Grade, Source, State

__all__ = ["Attendance", "Grade", "Source", "State"]
