"""Why a figure differs: the cause of each fact, from its nature and the action that recorded it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Cause(TextChoices):
    """What made a figure differ."""

    NEW = "new", _("New")
    ENDED = "ended", _("Ended")
    CHANGED = "changed", _("Changed")
    CORRECTED = "corrected", _("Corrected")
    MOVED = "moved", _("Moved")
    MERGED = "merged", _("Merged")
    LATER = "later", _("Happened in the later period")
    EARLIER = "earlier", _("Happened in the earlier period")


VERBS = {
    "change": Cause.CHANGED,
    "correct": Cause.CORRECTED,
    "withdraw": Cause.CORRECTED,
    "merge": Cause.MERGED,
}
"""The cause of what an action records, by the first word of its name (`associations.correct`, `network.merge_places`).
Facts of any other action, also of one that is not thought of yet, tell their cause by their nature."""

_VERB = "split_part(split_part(c.action, '.', 2), '_', 1)"
_BY_VERB = " ".join(f"WHEN '{verb}' THEN '{cause.value}'" for verb, cause in VERBS.items())
_SURELY = f"""WHEN c.reversal THEN '{Cause.CORRECTED.value}'
    WHEN {_VERB} IN ({", ".join(f"'{verb}'" for verb in VERBS)}) THEN CASE {_VERB} {_BY_VERB} END"""

PARTNER = """(SELECT max(CASE WHEN p.reversal THEN 3 WHEN p.area_path <> c.area_path THEN 2 ELSE 1 END)
    FROM yinling_fact p JOIN yinling_series ps ON ps.id = p.series_id AND ps.kind = %(kind)s
    WHERE p.source_id = c.source_id AND p.entry_id = c.entry_id AND (p.settles_id IS NULL) <> (c.settles_id IS NULL))"""
"""What the same entry recorded of the same row to the other side: 3 took a fact back, 2 did it elsewhere, 1 in place."""

STOCK_CAUSE = f"""CASE {_SURELY} ELSE CASE {PARTNER}
    WHEN 3 THEN '{Cause.CORRECTED.value}' WHEN 2 THEN '{Cause.MOVED.value}' WHEN 1 THEN '{Cause.CHANGED.value}'
    ELSE CASE WHEN c.settles_id IS NULL THEN '{Cause.NEW.value}' ELSE '{Cause.ENDED.value}' END END END"""
FLOW_CAUSE = f"""CASE WHEN NOT (c.day_before AND c.day_after) AND NOT c.reversal
    THEN CASE WHEN c.sign > 0 THEN '{Cause.LATER.value}' ELSE '{Cause.EARLIER.value}' END
    ELSE CASE {_SURELY} ELSE '{Cause.NEW.value}' END END"""
