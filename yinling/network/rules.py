"""Who may do what in the network."""

from yinling.base.rules import signed_in, within

may_see_network = signed_in
"""Places and bodies are public knowledge among those who work here; persons are not (see `people.rules`)."""

may_change_places = within("administrator")
may_change_bodies = within("administrator", "officer")
may_manage_accounts = within("administrator")
may_close_own_accounts = within("administrator", "officer", "clerk")
may_read_trail = within("administrator", "auditor")
may_set_parameters = within("administrator", "officer")
