"""The figures that published documents state, compared with what the records give."""

from yinling.sources.published import DOCUMENTS, Checked, Published, check, published

__all__ = ["DOCUMENTS", "Checked", "Published", "check", "published"]
