"""Fact kinds of the network: places are counted like everything else."""

from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind, declare

PLACE = FactKind(
    "place", "stock", unit="place", label=_("A place of the network exists"), source="place", dims=("level", "kind")
)

declare(PLACE)
