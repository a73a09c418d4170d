"""Who may import and export."""

from yinling.base.rules import Actor, within

IMPORT_ROLES = ("administrator", "officer", "clerk")

may_import = within(*IMPORT_ROLES)
may_export = within(*IMPORT_ROLES, "auditor")


def import_area(actor: Actor) -> str:
    """The widest subtree in which the actor may import: where a new batch belongs."""
    return min(actor.reach(frozenset(IMPORT_ROLES)), key=len, default="")


def import_body(actor: Actor) -> int | None:
    """The body through which the actor may import there: its column mappings are remembered for everyone who works in
    it."""
    area = import_area(actor)
    return next((g.body_id for g in actor.grants if g.path == area and g.role in IMPORT_ROLES), None)
