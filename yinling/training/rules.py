"""Who may do what with training."""

from yinling.base.rules import within

may_see_training = within("administrator", "officer", "clerk", "keeper", "chair", "auditor")
may_train = within("administrator", "officer", "clerk", "keeper")
"""Open classes, keep rosters, registers and marks, record examinations and papers. Whoever entered a mark does not confirm
it, whatever their role."""
