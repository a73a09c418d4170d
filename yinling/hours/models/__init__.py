"""Tables of service hours."""

from yinling.hours.models.attendance import Attendance, Grade, Objection, Source, State, Verdict
from yinling.hours.models.tickets import Device, Fault, Ticket, TicketState, Way

__all__ = [
    "Attendance",
    "Device",
    "Fault",
    "Grade",
    "Objection",
    "Source",
    "State",
    "Ticket",
    "TicketState",
    "Verdict",
    "Way",
]
