"""The one import and the one export component."""

from yinling.exchange.actions import (
    PATIENCE,
    map_columns,
    note_export,
    recover,
    request_check,
    request_commit,
    request_undo,
    upload_batch,
)
from yinling.exchange.export import Column, export_rows, refused_file, template, watermark
from yinling.exchange.importers import (
    Cell,
    Checker,
    Committed,
    Field,
    Importer,
    ReadyRow,
    Row,
    importer_of,
    importers_for,
    register_importer,
    supply_importers,
)
from yinling.exchange.mapping import Header, find_header, header_at, propose
from yinling.exchange.models import Batch, SavedMapping, StagedRow
from yinling.exchange.parsers import by, cell_text, choice, choices, day, number, past_day, text, whole, yes_no
from yinling.exchange.queries import batches, earlier_commits, good_rows, refused_rows, waiting_batches
from yinling.exchange.rules import import_area, may_export, may_import
from yinling.exchange.running import Progress, progress_of
from yinling.exchange.steps import FALLS_BACK, tops_of

__all__ = [
    "FALLS_BACK",
    "PATIENCE",
    "Batch",
    "Cell",
    "Checker",
    "Column",
    "Committed",
    "Field",
    "Header",
    "Importer",
    "Progress",
    "ReadyRow",
    "Row",
    "SavedMapping",
    "StagedRow",
    "batches",
    "by",
    "cell_text",
    "choice",
    "choices",
    "day",
    "earlier_commits",
    "export_rows",
    "find_header",
    "good_rows",
    "header_at",
    "import_area",
    "importer_of",
    "importers_for",
    "map_columns",
    "may_export",
    "may_import",
    "note_export",
    "number",
    "past_day",
    "progress_of",
    "propose",
    "recover",
    "refused_file",
    "refused_rows",
    "register_importer",
    "request_check",
    "request_commit",
    "request_undo",
    "supply_importers",
    "template",
    "text",
    "tops_of",
    "upload_batch",
    "waiting_batches",
    "watermark",
    "whole",
    "yes_no",
]
