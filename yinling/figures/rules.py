"""Who may do what with figures."""

from yinling.base.rules import signed_in, within

may_see_figures = signed_in
may_freeze = within("administrator", "officer", "clerk")
