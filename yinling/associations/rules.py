"""Who may do what in the register."""

from yinling.base.rules import within

may_see_associations = within("administrator", "officer", "clerk", "chair", "auditor")
may_register = within("administrator", "officer", "clerk")
may_change = within("administrator", "officer", "clerk", "chair")
may_correct = within("administrator", "officer", "clerk")
