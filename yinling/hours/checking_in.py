"""Checking in by a code that changes, with or without a network: everything that pages need of it."""

from yinling.hours.actions.tickets import Handed, hand_in_code, hand_in_mark, prepare_host, register_device
from yinling.hours.models.tickets import Ticket, TicketState
from yinling.hours.roster import Coming, code_now, coming, refused_tickets, roster, seconds_of

__all__ = [
    "Coming",
    "Handed",
    "Ticket",
    "TicketState",
    "code_now",
    "coming",
    "hand_in_code",
    "hand_in_mark",
    "prepare_host",
    "refused_tickets",
    "register_device",
    "roster",
    "seconds_of",
]
