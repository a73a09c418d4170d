"""The language of report templates: text with light marks, read into a tree. Nothing in it is ever executed.

# title            headings of levels 1 to 4; a blank line ends a paragraph
{{ figure rural.associations place=parent period=last as=wan:1 }}
{{ share rural.venue of=rural.associations }}    {{ difference rural.associations from=last to=this as=change }}
{{ cited rural.associations from=children }}     {{ place }} {{ period }} {{ issuer }} {{ date }}
{{ table rows=children columns="villages, rural.associations" caption="…" total=yes }}
{{ chart measure=rural.coverage rows=children caption="…" }}
{% if rural.coverage >= 70 and rural.coverage > rural.coverage@last %} … {% elif … %} … {% else %} … {% end %}
"""

from yinling.reports.template.parser import Parsed, parse
from yinling.reports.template.scan import Problem
from yinling.reports.template.tree import (
    At,
    Both,
    Broken,
    Chart,
    Cited,
    Compare,
    Condition,
    Difference,
    Either,
    If,
    Node,
    Not,
    Number,
    Operand,
    Reading,
    Said,
    Share,
    Single,
    Table,
    Text,
    Unknown,
)

__all__ = [
    "At",
    "Both",
    "Broken",
    "Chart",
    "Cited",
    "Compare",
    "Condition",
    "Difference",
    "Either",
    "If",
    "Node",
    "Not",
    "Number",
    "Operand",
    "Parsed",
    "Problem",
    "Reading",
    "Said",
    "Share",
    "Single",
    "Table",
    "Text",
    "Unknown",
    "parse",
]
