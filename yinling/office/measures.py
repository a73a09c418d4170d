"""What is counted of documents."""

from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Sum, declare

declare_kinds(FactKind("document.issued", "flow", unit="document", label=_("A document was issued"), source="document"))

ISSUED = Sum(
    Definition(
        "documents.issued",
        _("Documents issued"),
        "document",
        _(
            "Official documents issued with a number by bodies of the area, by their date. One that was withdrawn later "
            "was issued all the same."
        ),
    ),
    "document.issued",
)

declare(ISSUED)
