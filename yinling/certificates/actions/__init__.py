"""Writes of certificates and stars."""

from yinling.certificates.actions.issuing import (
    issue_completion,
    issue_many,
    issue_service,
    revoke_certificate,
    supersede_certificate,
)
from yinling.certificates.actions.keys import rotate_key
from yinling.certificates.actions.objections import decide_objection, object_to
from yinling.certificates.actions.requests import accept, ask, decline, withdraw_request
from yinling.certificates.actions.stars import apply_star, decline_star, grant_star, revoke_star

__all__ = [
    "accept",
    "apply_star",
    "ask",
    "decide_objection",
    "decline",
    "decline_star",
    "grant_star",
    "issue_completion",
    "issue_many",
    "issue_service",
    "object_to",
    "revoke_certificate",
    "revoke_star",
    "rotate_key",
    "supersede_certificate",
    "withdraw_request",
]
