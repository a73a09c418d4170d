"""The one app."""

from importlib import import_module

from django.apps import AppConfig

DECLARING = (
    "network",
    "people",
    "associations",
    "office",
    "returns",
    "supervision",
    "volunteers",
    "activities",
    "hours",
    "certificates",
    "training",
    "reports",
)
"""The modules with declarations, the lowest first."""


class Yinling(AppConfig):
    """Connects the mechanisms of the lower layers with what the modules declare."""

    name = "yinling"
    verbose_name = "Yinling"

    def ready(self) -> None:
        """Give actions their recorder and read every module's declarations."""
        from yinling.base import action
        from yinling.facts import Trail

        action.install(Trail())
        for module in DECLARING:
            import_module(f"yinling.{module}.declarations")
