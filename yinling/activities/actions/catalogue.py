"""Writes of the catalogue: domains with what is undertaken in each, types of outcome, brands. Codes never change."""

from __future__ import annotations

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.models import Brand, Domain, OutcomeType, Undertaking
from yinling.activities.rules import may_run, may_set_catalogue
from yinling.base import clock
from yinling.base.action import action, because, change, create, current, demand_seen, locked
from yinling.base.paths import WIDTHS
from yinling.base.rules import Actor, Refused
from yinling.facts import BuiltOn, hold, open_facts, record, reverse, touch
from yinling.figures import UNITS
from yinling.network import Body, Place

CODE = re.compile(r"[a-z][a-z0-9_]*")
COUNTY = WIDTHS[2]
NONE = "none"
"""How facts write that something belongs to no domain."""


def _code(model: type[Domain] | type[OutcomeType], code: str) -> str:
    """A code that is free and fit to stand in the key of a figure."""
    if not CODE.fullmatch(code) or code == NONE:
        raise ValidationError({"code": _("Small letters, digits and underscores, a letter first.")})
    if model._base_manager.filter(code=code).exists():
        raise ValidationError({"code": _("This code is taken.")})
    return code


def _past(day: date, field: str) -> date:
    if day > clock.today():
        raise ValidationError({field: _("The day lies in the future.")})
    return day


@action(
    "activities.set_domain", label=gettext_lazy("Set a domain of service"), rule=may_set_catalogue, on="owner",
    records=["domain.set"],
)  # fmt: skip
def set_domain(*, owner: Body, code: str, name: str, since: date, order: int = 0, by: Actor) -> Domain:
    """An office sets a domain for its area from a day on. `code` is what facts carry; it is unique and stays."""
    domain = create(
        Domain(
            owner=owner, area_path=owner.area_path, code=_code(Domain, code), name=name, order=order,
            changed_by=current().entry_id,
        )
    )  # fmt: skip
    record("domain.set", source=domain.pk, path=domain.area_path, happened=_past(since, "since"))
    return domain


@action(
    "activities.set_undertaking", label=gettext_lazy("Set a measure in a domain"), rule=may_set_catalogue, on="domain",
    records=["undertaking.set"],
)  # fmt: skip
def set_undertaking(*, domain: Domain, name: str, since: date, order: int = 0, by: Actor) -> Undertaking:
    """Something concrete that is to be done in a domain, from a day on."""
    if domain.ended:
        raise Refused(_("The domain is no longer used."))
    undertaking = create(
        Undertaking(
            domain=domain, area_path=domain.area_path, name=name, order=order, changed_by=current().entry_id
        )
    )  # fmt: skip
    record(
        "undertaking.set", source=undertaking.pk, path=undertaking.area_path, happened=_past(since, "since"),
        dims={"domain": domain.code},
    )  # fmt: skip
    return undertaking


@action("activities.set_outcome_type", label=gettext_lazy("Set a type of outcome"), rule=may_set_catalogue, on="owner")
def set_outcome_type(*, owner: Body, code: str, name: str, unit: str, by: Actor) -> OutcomeType:
    """Something results are counted in; `unit` is a key of the figures' units. It is counted as `outcome.<code>`."""
    if unit not in UNITS:
        raise ValidationError({"unit": _("There is no such unit.")})
    return create(
        OutcomeType(
            owner=owner, area_path=owner.area_path, code=_code(OutcomeType, code), name=name, unit=unit,
            changed_by=current().entry_id,
        )
    )  # fmt: skip


@action(
    "activities.change_catalogue", label=gettext_lazy("Change an entry of the catalogue"), rule=may_set_catalogue,
    on="entry",
)  # fmt: skip
def change_catalogue(
    *, entry: Domain | Undertaking | OutcomeType, seen: int | None = None, name: str, order: int | None = None,
    by: Actor,
) -> Domain | Undertaking | OutcomeType:  # fmt: skip
    """Give an entry another name or place in the order. Its code stays, and with it everything that was counted."""
    entry = locked(entry)
    demand_seen(entry, seen)
    values: dict[str, object] = {"name": name, "changed_by": current().entry_id}
    if order is not None and not isinstance(entry, OutcomeType):
        values["order"] = order
    return change(entry, **values)


@action(
    "activities.end_catalogue", label=gettext_lazy("End an entry of the catalogue"), rule=may_set_catalogue, on="entry",
    records=["domain.set", "undertaking.set"],
)  # fmt: skip
def end_catalogue(
    *, entry: Domain | Undertaking | OutcomeType, on: date, by: Actor
) -> Domain | Undertaking | OutcomeType:
    """From a day on an entry is no longer used for anything new; what was counted stays. With a domain end its measures."""
    touch("domain.set", "undertaking.set")
    entry = locked(entry)
    if entry.ended:
        raise Refused(_("It has ended already."))
    current().about(entry)
    _past(on, "on")
    if isinstance(entry, Domain):
        for undertaking in entry.undertakings.filter(ended=False):
            _end(undertaking, "undertaking.set", on, {"domain": entry.code})
        return _end(entry, "domain.set", on, {})
    if isinstance(entry, Undertaking):
        return _end(entry, "undertaking.set", on, {"domain": entry.domain.code})
    return change(entry, ended=True, changed_by=current().entry_id)


def _end(entry: Domain | Undertaking, kind: str, on: date, dims: dict[str, str]) -> Domain | Undertaking:
    hold(kind, source=entry.pk, path=entry.area_path, on=on, quantity=0, dims=dims)
    return change(entry, ended=True, changed_by=current().entry_id)


BRAND = ("brand.active", "brand.county")


@action("activities.found_brand", label=gettext_lazy("Found a service brand"), rule=may_run, on="owner", records=BRAND)
def found_brand(
    *, owner: Body, place: Place | None = None, name: str, domain: Domain | None = None, story: str = "",
    honours: str = "", since: date, by: Actor,
) -> Brand:  # fmt: skip
    """A service brand of a body from a day on, at the body's place or one below it."""
    touch(*BRAND)
    place = place or owner.place
    if not place.area_path.startswith(owner.area_path):
        raise ValidationError({"place": _("The place lies outside the area of the owner.")})
    if Brand.objects.filter(owner=owner, name=name, withdrawn=False, until__isnull=True).exists():
        raise ValidationError({"name": _("The owner has a brand of this name already.")})
    brand = create(
        Brand(
            owner=owner, place=place, area_path=place.area_path, name=name, domain=domain, story=story,
            honours=honours, since=_past(since, "since"), changed_by=current().entry_id,
        )
    )  # fmt: skip
    _hold(brand, since)
    return brand


def _hold(brand: Brand, on: date, quantity: int = 1) -> None:
    """What is counted of a brand from a day on: itself where it lies, and that its county has one."""
    domain = brand.domain.code if brand.domain else NONE
    hold("brand.active", source=brand.pk, path=brand.area_path, on=on, quantity=quantity, dims={"domain": domain})
    if len(brand.area_path) >= COUNTY:
        hold("brand.county", source=brand.pk, path=brand.area_path[:COUNTY], on=on, quantity=quantity)


def _kept(brand: Brand) -> Brand:
    brand = locked(brand)
    if brand.withdrawn or brand.until is not None:
        raise Refused(_("The brand is no longer kept."))
    return brand


@action(
    "activities.change_brand", label=gettext_lazy("Change a service brand"), rule=may_run, on="brand", records=BRAND
)
def change_brand(
    *, brand: Brand, seen: int | None = None, name: str, story: str, honours: str, domain: Domain | None,
    on: date | None = None, by: Actor,
) -> Brand:  # fmt: skip
    """Change what is said of a brand. Another domain holds from the day `on` (today)."""
    touch(*BRAND)
    brand = _kept(brand)
    demand_seen(brand, seen)
    others = Brand.objects.filter(owner=brand.owner_id, name=name, withdrawn=False, until__isnull=True)
    if others.exclude(pk=brand.pk).exists():
        raise ValidationError({"name": _("The owner has a brand of this name already.")})
    brand = change(
        brand, name=name, story=story, honours=honours, domain_id=domain.pk if domain else None,
        changed_by=current().entry_id,
    )  # fmt: skip
    _hold(brand, _past(on or clock.today(), "on"))
    return brand


@action("activities.end_brand", label=gettext_lazy("End a service brand"), rule=may_run, on="brand", records=BRAND)
def end_brand(*, brand: Brand, on: date, reason: str, by: Actor) -> Brand:
    """The brand is kept no longer from a day on; what was done under it stays."""
    because(reason)
    touch(*BRAND)
    brand = _kept(brand)
    if not brand.since <= on <= clock.today():
        raise ValidationError({"on": _("Give a day on which the brand was kept, today at the latest.")})
    _hold(brand, on, 0)
    return change(brand, until=on, changed_by=current().entry_id)


@action(
    "activities.withdraw_brand", label=gettext_lazy("Withdraw a service brand"), rule=may_run, on="brand", records=BRAND
)
def withdraw_brand(*, brand: Brand, reason: str, by: Actor) -> Brand:
    """The brand was recorded by mistake: its facts are reversed. Raises BuiltOn where projects carry it."""
    because(reason)
    touch(*BRAND)
    brand = _kept(brand)
    if brand.projects.exists():
        raise BuiltOn([brand.pk])
    for kind in BRAND:
        for fact in open_facts(kind, brand.pk):
            reverse(fact.entry_id, source=brand.pk, kinds=[kind])
    return change(brand, withdrawn=True, changed_by=current().entry_id)
