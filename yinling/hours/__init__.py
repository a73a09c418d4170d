"""Service hours: presence at sessions recorded, confirmed by somebody else, counted once."""

from yinling.hours.domain_measures import DomainMeasures, measures_of
from yinling.hours.models import Attendance, Grade, Source, State

__all__ = ["Attendance", "DomainMeasures", "Grade", "Source", "State", "measures_of"]
