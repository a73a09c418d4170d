"""Every table of the one app: Django looks for them here, wherever their module is."""

from yinling.activities.models import Conference, Contribution, Visit
from yinling.associations.models import Association, AttributePeriod
from yinling.exchange.models import Batch, SavedMapping, StagedRow
from yinling.facts.models import Chain, Entry, Evidence, Fact, Series, Total
from yinling.figures.models import Frozen
from yinling.network.models import Account, Body, Installation, Place, PlaceChange, Relocation, RoleHeld, Token
from yinling.office.models import Document, DocumentSeries
from yinling.people.models import Consent, Person, Position
from yinling.reports.models import Report, ReportFigure, ReportTemplate
from yinling.returns.models import Check, DictionaryField, FormVersion, KnownAnswer, Return, Round
from yinling.supervision.models import Finding, FindingStep, LeaderTraining, SupervisionVisit

__all__ = [
    "Account",
    "Association",
    "AttributePeriod",
    "Batch",
    "Body",
    "Chain",
    "Check",
    "Conference",
    "Consent",
    "Contribution",
    "DictionaryField",
    "Document",
    "DocumentSeries",
    "Entry",
    "Evidence",
    "Fact",
    "Finding",
    "FindingStep",
    "FormVersion",
    "Frozen",
    "Installation",
    "KnownAnswer",
    "LeaderTraining",
    "Person",
    "Place",
    "PlaceChange",
    "Position",
    "Relocation",
    "Report",
    "ReportFigure",
    "ReportTemplate",
    "Return",
    "RoleHeld",
    "Round",
    "SavedMapping",
    "Series",
    "StagedRow",
    "SupervisionVisit",
    "Token",
    "Total",
    "Visit",
]
