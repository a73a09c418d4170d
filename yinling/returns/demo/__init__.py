"""The demo's forms, collection rounds and task lists."""

from yinling.returns.demo.forms import canteen_draft, yearly_form
from yinling.returns.demo.rounds import last_year, this_year
from yinling.returns.demo.tasks import TASK_LISTS, form_of, task_lists, tick_off

__all__ = ["TASK_LISTS", "canteen_draft", "form_of", "last_year", "task_lists", "this_year", "tick_off", "yearly_form"]
