"""Writes of activities."""

from yinling.activities.actions.conferences import hold_conference, record_contribution, record_visit

__all__ = ["hold_conference", "record_contribution", "record_visit"]
