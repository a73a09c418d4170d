"""A form field in which a person of the register is named by typing."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy

from yinling.base.rules import Actor
from yinling.people import Person, find_people
from yinling.web.pick import FEW, PickField, place_label


class PersonField(PickField):
    """A person the actor may see, by name, pinyin initials, or whole resident or telephone number. Choices are masked."""

    def __init__(self, *, actor: Actor, **options: Any) -> None:
        options.setdefault(
            "help_text", gettext_lazy("Name, pinyin initials, or the whole resident or telephone number.")
        )
        super().__init__(**options)
        self.actor = actor

    def find(self, text: str) -> list[tuple[str, str, Model]]:
        """The person with this key; else those whose name or number fits."""
        key = text.removeprefix("#")
        if key != text and key.isascii() and key.isdigit():
            people = find_people(self.actor, "").filter(pk=int(key[:18]))
        else:
            people = find_people(self.actor, text)
        few = people.select_related("place__parent__parent").order_by("name", "pk")[: FEW + 1]
        return [(f"#{one.pk}", _label(one), one) for one in few]


def _label(person: Person) -> str:
    year = f" {person.birth.year}" if person.birth else ""
    return f"{person.masked_name}{year} {person.masked_phone} {place_label(person.place)}"
