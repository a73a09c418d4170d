"""Every write of forms, rounds and returns."""

from yinling.returns.actions.checking import check_many, check_return, reopen, send_back
from yinling.returns.actions.designs import (
    differing,
    edit_form,
    hindrances,
    next_version,
    publish_form,
    retire_form,
    start_form,
)
from yinling.returns.actions.dictionary import define_field, revise_field, why_not_new
from yinling.returns.actions.filling import (
    Filled,
    attach_evidence,
    fill_many,
    same_answers,
    save,
    submit,
    submit_unchanged,
    withdraw_list,
)
from yinling.returns.actions.rounds import extend_round, lock_round, open_round

__all__ = [
    "Filled",
    "attach_evidence",
    "check_many",
    "check_return",
    "define_field",
    "differing",
    "edit_form",
    "extend_round",
    "fill_many",
    "hindrances",
    "lock_round",
    "next_version",
    "open_round",
    "publish_form",
    "reopen",
    "retire_form",
    "revise_field",
    "same_answers",
    "save",
    "send_back",
    "start_form",
    "submit",
    "submit_unchanged",
    "why_not_new",
    "withdraw_list",
]
