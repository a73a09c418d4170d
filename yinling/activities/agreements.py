"""What a volunteer and an organiser agree on in writing (Order 685, 14): part of the front door, kept apart for its size."""

from yinling.activities.actions.agreements import end_agreement, sign_agreement
from yinling.activities.agreement_text import agreement_text
from yinling.activities.enrolled import own_agreements
from yinling.activities.rules import is_own_agreement, may_see_agreements

__all__ = [
    "agreement_text",
    "end_agreement",
    "is_own_agreement",
    "may_see_agreements",
    "own_agreements",
    "sign_agreement",
]
