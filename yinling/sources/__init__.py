"""The figures that published documents state, compared with what the records give."""

from yinling.sources.bindings import BINDINGS, Binding
from yinling.sources.published import DOCUMENTS, Checked, Part, Published, check, published

__all__ = ["BINDINGS", "DOCUMENTS", "Binding", "Checked", "Part", "Published", "check", "published"]
