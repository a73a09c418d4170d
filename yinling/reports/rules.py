"""Who may do what with work reports."""

from yinling.base.rules import Rule, signed_in, within

WRITERS = ("administrator", "officer", "clerk")
REVIEWERS = ("administrator", "officer")

may_read_reports: Rule = signed_in
"""Issued reports are public work; drafts are shown to those who may see them (see `queries.visible`)."""
may_see_drafts: Rule = within(*WRITERS, "auditor")
may_write_reports: Rule = within(*WRITERS)
may_review_reports: Rule = within(*REVIEWERS)
"""A second pair of eyes: whoever wrote on a report does not issue it (the action refuses)."""
