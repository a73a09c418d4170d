"""Who may do what with official documents."""

from yinling.base.rules import within

may_issue = within("administrator", "officer")
may_read_documents = within("administrator", "officer", "clerk", "chair", "auditor")
