"""Work reports on the desk: lists, the report and its figures, the editor, templates. Importing this declares the pages."""

from yinling.web.reports import drifted, editor, listing, reading, templates, verbs

__all__ = ["drifted", "editor", "listing", "reading", "templates", "verbs"]
