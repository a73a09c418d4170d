"""Official documents: their numbers, their form on paper, the check of a printed one."""

from yinling.office.actions import digest_of, issue, open_series, supersede, withdraw
from yinling.office.checks import Checked, Shown, check, declare_check
from yinling.office.codes import new_code, read_code
from yinling.office.fonts import FontsMissing, type_of_documents
from yinling.office.layout import Annex, Bar, Block, Chart, Grid, Heading, Layout, Level, Paragraph, Run
from yinling.office.measures import ISSUED
from yinling.office.models import Document, DocumentSeries
from yinling.office.pdf import pdf
from yinling.office.rules import may_issue, may_read_documents
from yinling.office.square import square
from yinling.office.word import word
from yinling.office.wording import day, plain, width

__all__ = [
    "ISSUED",
    "Annex",
    "Bar",
    "Block",
    "Chart",
    "Checked",
    "Document",
    "DocumentSeries",
    "FontsMissing",
    "Grid",
    "Heading",
    "Layout",
    "Level",
    "Paragraph",
    "Run",
    "Shown",
    "check",
    "day",
    "declare_check",
    "digest_of",
    "issue",
    "may_issue",
    "may_read_documents",
    "new_code",
    "open_series",
    "pdf",
    "plain",
    "read_code",
    "square",
    "supersede",
    "type_of_documents",
    "width",
    "withdraw",
    "word",
]
