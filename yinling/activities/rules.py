"""Who may do what with conferences."""

from yinling.base.rules import signed_in, within

may_see_conferences = signed_in
may_hold = within("administrator", "officer")
