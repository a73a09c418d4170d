"""The ways from an activity to what its kind has beyond sessions."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Activity
from yinling.web.form_page import verb
from yinling.web.page import address_of

PAGE_OF = {
    "expo": "activity-expo", "trip": "activity-trip", "contest": "activity-contest", "meeting": "activity-meeting",
}  # fmt: skip
"""The page that a kind of activity has beside the common one."""

LABELS = {
    "expo": gettext_lazy("Halls and exhibitors"), "trip": gettext_lazy("Travellers"),
    "contest": gettext_lazy("Results of the contest"), "meeting": gettext_lazy("Guests, minutes, resolutions"),
}  # fmt: skip


def event_links(activity: Activity) -> list[dict[str, object]]:
    """The way to what this kind of activity has beyond its sessions, or to the class that hangs on it."""
    if activity.kind in PAGE_OF:
        return [verb(str(LABELS[activity.kind]), address_of(PAGE_OF[activity.kind], pk=activity.pk))]
    if hasattr(activity, "training_class"):
        return [verb(_("The training class"), address_of("class", pk=activity.pk))]
    return []
