"""The register of elderly associations: dated attributes, and the facts and measures that follow from them."""

from yinling.associations.actions import add_evidence, change_attribute, correct_attribute, dissolve, register
from yinling.associations.attributes import ATTRIBUTES, KINDS, Attribute, setting_of
from yinling.associations.measures import COMMUNITIES, LEVELS, RURAL, URBAN, VILLAGES, Family
from yinling.associations.models import Association, AttributePeriod, RuleBook, Setting
from yinling.associations.queries import (
    YES_NO,
    Choice,
    Line,
    association_at,
    associations,
    history_of,
    lines,
    places_without,
)
from yinling.associations.rules import may_change, may_correct, may_register, may_see_associations
from yinling.associations.sites import PLACE_FIELDS, Site, SiteFinder

__all__ = [
    "ATTRIBUTES",
    "COMMUNITIES",
    "KINDS",
    "LEVELS",
    "PLACE_FIELDS",
    "RURAL",
    "URBAN",
    "VILLAGES",
    "YES_NO",
    "Association",
    "Attribute",
    "AttributePeriod",
    "Choice",
    "Family",
    "Line",
    "RuleBook",
    "Setting",
    "Site",
    "SiteFinder",
    "add_evidence",
    "association_at",
    "associations",
    "change_attribute",
    "correct_attribute",
    "dissolve",
    "history_of",
    "lines",
    "may_change",
    "may_correct",
    "may_register",
    "may_see_associations",
    "places_without",
    "register",
    "setting_of",
]
