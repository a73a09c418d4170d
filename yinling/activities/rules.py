"""Who may do what with projects, activities and conferences."""

from yinling.base.rules import signed_in, within

may_see_conferences = signed_in
may_hold = within("administrator", "officer")

may_see_projects = signed_in
"""What is published is for everybody who can sign in; a page or query that shows drafts asks `may_run` as well."""

may_run = within("administrator", "officer", "clerk", "keeper", "chair")
"""Set up projects, activities and sessions of the area, choose who comes, record results."""

may_set_catalogue = within("administrator", "officer")

may_read_drafts = within("administrator", "officer", "clerk", "keeper", "chair", "auditor")
"""Read what is not published yet, or was withdrawn."""
