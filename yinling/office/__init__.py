"""Official documents: their numbers, their form on paper, the check of a printed one."""

from yinling.office.actions import digest_of, issue, open_series, supersede, withdraw
from yinling.office.codes import read_code
from yinling.office.fonts import FontsMissing
from yinling.office.layout import Annex, Bar, Block, Chart, Grid, Heading, Layout, Level, Paragraph, Run
from yinling.office.measures import ISSUED
from yinling.office.models import Document, DocumentSeries
from yinling.office.pdf import pdf
from yinling.office.rules import may_issue, may_read_documents
from yinling.office.word import word

__all__ = [
    "ISSUED",
    "Annex",
    "Bar",
    "Block",
    "Chart",
    "Document",
    "DocumentSeries",
    "FontsMissing",
    "Grid",
    "Heading",
    "Layout",
    "Level",
    "Paragraph",
    "Run",
    "digest_of",
    "issue",
    "may_issue",
    "may_read_documents",
    "open_series",
    "pdf",
    "read_code",
    "supersede",
    "withdraw",
    "word",
]
