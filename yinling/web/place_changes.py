"""Changes of places: renamed, recoded, opened, moved, merged, split, abolished. Each a dated form with its document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.base import clock
from yinling.base.codes import CodeError, division_code
from yinling.base.rules import Actor, Denied, Reason, Refused
from yinling.network import (
    Place,
    children_of,
    close_place,
    divisions,
    line_of,
    may_change_places,
    merge_places,
    move_place,
    open_place,
    recode_place,
    rename_place,
    split_place,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request, address_of, found, page
from yinling.web.pick import PlaceField, reach

KIND_LABELS: dict[str, Reason] = {
    "province": gettext_lazy("province"),
    "prefecture": gettext_lazy("prefecture"),
    "county": pgettext_lazy("kind of place", "county"),
    "district": gettext_lazy("district"),
    "county_city": gettext_lazy("county-level city"),
    "autonomous_county": gettext_lazy("autonomous county"),
    "township": pgettext_lazy("kind of place", "township"),
    "ethnic_township": gettext_lazy("ethnic township"),
    "town": gettext_lazy("town"),
    "street": gettext_lazy("street office"),
    "villagers": gettext_lazy("villagers' committee"),
    "residents": gettext_lazy("residents' committee"),
    "other": gettext_lazy("other"),
}


class DatedForm(ProblemForm):
    """What every change of a place needs: from which day, by which document."""

    on = forms.DateField(label=gettext_lazy("From the day"), widget=forms.DateInput)
    basis = forms.CharField(
        label=gettext_lazy("Document"), max_length=200, help_text=gettext_lazy("Title and number of the approval.")
    )
    field_order = ("name", "kind", "code", "parent", "into", "taking", "on", "basis")

    def __init__(self, *args: Any, place: Place, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.place, self.actor = place, actor
        self.fields["on"].initial = clock.today()
        self.prepare()
        self.order_fields(self.field_order)

    def prepare(self) -> None:
        """Set up what depends on the place."""

    def other_place(self, label: Reason, levels: tuple[int, ...]) -> PlaceField:
        """A field for another place that the actor may change too."""
        return PlaceField(label=label, roots=reach(self.actor, "administrator"), levels=levels)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action, but for the actor."""
        return {"place": self.place, **self.cleaned_data}


def _code(text: str, level: int) -> str:
    try:
        code = division_code(text)
    except CodeError as error:
        raise ValidationError(str(error)) from error
    if level and int(code.level) != level:
        raise ValidationError(_("This code belongs to another level."))
    return code.code


class CodeMixin(forms.Form):
    """A statistical code of the right level (GB/T 2260, GB/T 10114)."""

    code = forms.CharField(
        label=gettext_lazy("Statistical code"), required=False, max_length=12,
        help_text=gettext_lazy("Twelve digits. Leave it empty where the place has none yet."),
    )  # fmt: skip
    level = 0

    def clean_code(self) -> str:
        """The code, checked, with all its twelve digits."""
        text = self.cleaned_data["code"].strip()
        return _code(text, self.level) if text else ""


class RenameForm(DatedForm):
    """A new name."""

    name = forms.CharField(label=gettext_lazy("New name"), max_length=80)


class RecodeForm(CodeMixin, DatedForm):
    """A new code."""

    def prepare(self) -> None:
        """The code of a place that has one cannot be taken away."""
        self.level = self.place.level
        self.fields["code"].required = True
        self.fields["code"].help_text = ""


class OpenForm(CodeMixin, DatedForm):
    """A place below this one."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))

    def prepare(self) -> None:
        """Only lower levels; opening a place keeps no document of its own."""
        del self.fields["basis"]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (
                str(Place.Level(level).label),
                [(f"{level}:{kind}", KIND_LABELS[kind]) for kind in divisions.KINDS[level]],
            )
            for level in range(self.place.level + 1, Place.Level.VILLAGE + 1)
        ]

    def clean_kind(self) -> str:
        """The kind, with its level put aside."""
        level, _colon, kind = str(self.cleaned_data["kind"]).partition(":")
        self.level = int(level)
        return kind

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action, but for the actor."""
        return {"parent": self.place, "level": self.level, **self.cleaned_data}


class MoveForm(DatedForm):
    """Another place to belong to."""

    def prepare(self) -> None:
        """Any place of a higher level."""
        self.fields["parent"] = self.other_place(_("Belongs to"), tuple(range(1, self.place.level)))


class MergeForm(DatedForm):
    """Another place to become part of."""

    def prepare(self) -> None:
        """A place of the same level."""
        self.fields["into"] = self.other_place(_("Becomes part of"), (self.place.level,))

    def clean_into(self) -> Place:
        """Another place than itself."""
        into: Place = self.cleaned_data["into"]
        if into.pk == self.place.pk:
            raise ValidationError(_("A place cannot become part of itself."))
        return into


class SplitForm(CodeMixin, DatedForm):
    """A new place beside this one, with some of what belongs to this one."""

    name = forms.CharField(label=gettext_lazy("Name of the new place"), max_length=80)
    taking = forms.ModelMultipleChoiceField(
        queryset=Place.objects.none(), widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Goes to the new place")
    )

    def prepare(self) -> None:
        """The places that belong to this one can go."""
        self.level = self.place.level
        self.fields["taking"].queryset = children_of(self.place)  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action, but for the actor."""
        return super().arguments() | {"taking": list(self.cleaned_data["taking"])}


class CloseForm(DatedForm):
    """The end of a place."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One change of a place: its name, its form, the action, and why the state of a place may stand against it."""

    label: Reason
    intro: Reason
    form: type[DatedForm]
    write: Callable[..., Place]
    against: Callable[[Place], Reason]


def _nothing(_place: Place) -> Reason:
    return ""


def _province(place: Place) -> Reason:
    return "" if place.parent_id else _("A province belongs to no other place.")


def _village(place: Place) -> Reason:
    return "" if place.level < Place.Level.VILLAGE else _("Nothing lies below a village or community.")


VERBS: dict[str, Verb] = {
    "rename": Verb(
        gettext_lazy("Rename"),
        gettext_lazy("The earlier name stays in the history."),
        RenameForm,
        rename_place,
        _nothing,
    ),
    "recode": Verb(
        gettext_lazy("Change the code"),
        gettext_lazy("Records and figures stay where they are."),
        RecodeForm,
        recode_place,
        _nothing,
    ),
    "open": Verb(
        gettext_lazy("Open a place below"),
        gettext_lazy("It counts from the day on which it begins."),
        OpenForm,
        open_place,
        _village,
    ),
    "move": Verb(
        gettext_lazy("Move"),
        gettext_lazy("Everything in it goes along. Figures of earlier days keep the earlier map."),
        MoveForm,
        move_place,
        _province,
    ),
    "merge": Verb(
        gettext_lazy("Merge into another place"),
        gettext_lazy("Everything in it belongs to the other place from that day. Figures of earlier days keep both."),
        MergeForm,
        merge_places,
        _nothing,
    ),
    "split": Verb(
        gettext_lazy("Split"),
        gettext_lazy("A new place of the same level takes some of what belongs to this one."),
        SplitForm,
        split_place,
        lambda place: _province(place) or _village(place),
    ),
    "close": Verb(
        gettext_lazy("Abolish"),
        gettext_lazy("Only a place in which nothing is registered any more."),
        CloseForm,
        close_place,
        _nothing,
    ),
}


def verbs_of(actor: Actor, place: Place) -> list[dict[str, object]]:
    """The changes as a page offers them: each with its form, or with the reason why not."""
    answer = may_change_places.check(actor, place)
    if isinstance(answer, Denied):
        return [{"label": _("Change this place"), "reason": str(answer.reason)}]
    if place.closed:
        return [{"label": _("Change this place"), "reason": _("This place has already ended.")}]
    return [
        {
            "label": str(verb.label),
            "url": address_of("place-change", path=place.area_path, verb=key),
            "reason": str(verb.against(place)),
        }
        for key, verb in VERBS.items()
    ]


@page("places/<str:path>/change/<str:verb>/", name="place-change", rule=may_change_places, methods="GET POST")
def change_page(request: Request, path: str, verb: str) -> HttpResponse:
    """One change of one place."""
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    place = found(may_change_places, request.actor, Place.objects.select_related("parent"), area_path=path)
    if reason := _("This place has already ended.") if place.closed else chosen.against(place):
        messages.error(request, str(reason))
        return redirect("place", path=path)
    form = chosen.form(request.POST or None, place=place, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            changed = chosen.write(**form.arguments(), by=request.actor)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("Done. Figures from that day follow the new map."))
            return redirect("place", path=changed.area_path)
    address = address_of("place", path=path)
    crumbs = [{"label": one.short_name, "url": address_of("place", path=one.area_path)} for one in line_of(place)]
    title = _("%(change)s: %(place)s") % {"change": chosen.label, "place": place.name}
    context = {
        "form": form, "title": title, "intro": chosen.intro, "submit_label": chosen.label, "cancel_url": address,
        "crumbs": [*crumbs, {"label": chosen.label}],
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.is_bound and form.errors else 200)
