"""Form fields in which a place or a body is named by typing: lists of all of them would be too long to choose from.

Where what was typed fits one row, that is the value. Where it fits several, the field shows them as a choice, and the
form is sent again with the chosen one; this works without a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.network import Body, Place, find_places

FEW = 12
"""How many rows are shown to choose from; beyond that more must be typed."""

ALL_LEVELS = (1, 2, 3, 4, 5)


def reach(actor: Actor, *roles: str) -> tuple[str, ...]:
    """The subtrees in which the actor holds one of `roles` (without them, any role); everything for the platform."""
    if actor.system:
        return ("",)
    return actor.reach(frozenset(roles)) if roles else tuple(grant.path for grant in actor.grants)


def place_label(place: Place) -> str:
    """A place with what it takes to tell it from others of its name: 铜仁市 玉屏侗族自治县 朱家场镇 (520622102000)."""
    line = [place]
    while line[0].parent is not None and len(line) < len(ALL_LEVELS) - 2:
        line.insert(0, line[0].parent)
    names = " ".join(one.short_name for one in line)
    return f"{names} ({place.code})" if place.code else names


class PickField(forms.CharField):
    """Text that names one row. Subclasses say which rows a text fits; `clean` gives the row, or None for no text."""

    def __init__(self, *, roots: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.roots = tuple(roots)

    def find(self, text: str) -> Sequence[tuple[str, str, Model]]:
        """Key, label and row of everything the text fits; a key, typed, fits its own row alone."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        """The one row meant; raises ValidationError where there is none or more than one."""
        text = super().clean(value).strip()
        if not text:
            return None
        found = {key: (label, row) for key, label, row in self.find(text)}
        if len(found) == 1:
            return next(iter(found.values()))[1]
        if not found:
            raise ValidationError(_("Nothing of this name or code is found in your area."))
        if len(found) > FEW:
            raise ValidationError(_("Too many fit this. Write more of the name, or the code."))
        self.widget = forms.RadioSelect(choices=[(key, label) for key, (label, _row) in found.items()])
        raise ValidationError(_("Several fit this. Choose the one you mean."))


class PlaceField(PickField):
    """A place by name, pinyin initials, code or path, inside `roots` and of one of `levels`."""

    def __init__(self, *, levels: Sequence[int] = ALL_LEVELS, **options: Any) -> None:
        options.setdefault("help_text", _("Name, pinyin initials or code."))
        super().__init__(**options)
        self.levels = tuple(levels)

    def find(self, text: str) -> list[tuple[str, str, Model]]:
        """The place with this key, path or code; else those with exactly this name; else those that begin with it."""
        inside = Q(pk__in=[])
        for root in self.roots:
            inside |= under(root)
        named = _key(text) or Q(area_path=text) | Q(code=text)
        exact = Place.objects.filter(inside, named, level__in=self.levels, closed__isnull=True)
        places = list(exact.select_related("parent__parent")[:FEW])
        if not places:
            for root in self.roots:
                places += find_places(text, root=root, levels=self.levels, limit=FEW + 1)
            places = [place for place in places if text in {place.name, place.short_name}] or places
        return [(f"#{place.pk}", place_label(place), place) for place in places]


class BodyField(PickField):
    """An existing body by name or pinyin initials, inside `roots`; `kind` narrows it to one kind."""

    def __init__(self, *, kind: str = "", **options: Any) -> None:
        options.setdefault("help_text", _("Name or pinyin initials."))
        super().__init__(**options)
        self.kind = kind

    def find(self, text: str) -> list[tuple[str, str, Model]]:
        """The body with this key; else those with exactly this name; else those whose name holds it."""
        inside = Q(pk__in=[])
        for root in self.roots:
            inside |= under(root)
        bodies = Body.objects.filter(inside, withdrawn=False, dissolved__isnull=True).select_related("place__parent")
        if self.kind:
            bodies = bodies.filter(kind=self.kind)
        if key := _key(text):
            named = bodies.filter(key)
        elif text.isascii():
            named = bodies.filter(initials__startswith=text.lower())
        else:
            exact = bodies.filter(name=text)
            named = exact if exact.exists() else bodies.filter(name__contains=text)
        few = named.order_by("area_path")[: FEW + 1]
        return [(f"#{body.pk}", f"{body.name} ({body.place.with_parent})", body) for body in few]


def _key(text: str) -> Q | None:
    """The row that a choice names: `#` and its key."""
    number = text.removeprefix("#")
    return Q(pk=int(number)) if number != text and number.isascii() and number.isdigit() else None
