"""Forms of the register: one for each attribute, made from the columns it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.associations import ATTRIBUTES, Association, RuleBook, Setting
from yinling.base import clock
from yinling.base.codes import CodeError, credit_code
from yinling.base.reading import rows_by_key
from yinling.base.rules import Actor, Refused
from yinling.network import Place, find_places, place_at
from yinling.people import Person, people_visible

HELP = {
    "funding_amount": gettext_lazy("In yuan, for one year."),
    "venue_area": gettext_lazy("In square metres."),
    "chair": gettext_lazy("A person of your area; register the person first if need be."),
}


class ProblemForm(forms.Form):
    """A form that can show why an action was refused, next to the field where there is one."""

    def add_problem(self, problem: Refused | ValidationError) -> None:
        """Show a refusal or a validation error of an action."""
        if isinstance(problem, Refused):
            self.add_error(None, str(problem.reason))
            return
        fields = problem.message_dict if hasattr(problem, "error_dict") else {None: problem.messages}
        for name, texts in fields.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def column_field(name: str) -> forms.Field:
    """The form field of one column of an association."""
    column: Any = Association._meta.get_field(name)
    if name == "rule_books":
        return forms.MultipleChoiceField(
            choices=RuleBook.choices, required=False, label=column.verbose_name, widget=forms.CheckboxSelectMultiple
        )
    if isinstance(column.default, bool):
        return forms.TypedChoiceField(
            choices=((True, gettext_lazy("yes")), (False, gettext_lazy("no"))),
            label=column.verbose_name,
            coerce=lambda value: value in (True, "True"),
            widget=forms.RadioSelect,
        )
    field: forms.Field = column.formfield()
    field.help_text = HELP.get(name, "")
    field.required = name in {"setting", "member_count"}
    return field


class AttributeForm(ProblemForm):
    """Change or correct one attribute. Carries the state the user saw, so that a change made meanwhile is not overwritten."""

    def __init__(
        self, *args: Any, association: Association, attribute: str, correcting: bool, actor: Actor, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.association, self.attribute, self.correcting = association, ATTRIBUTES[attribute], correcting
        for name in self.attribute.columns:
            self.fields[name] = column_field(name)
            self.fields[name].initial = getattr(association, name)
        if "chair" in self.fields:
            self.fields["chair"] = _person_field(association, actor)
        label = _("So since") if correcting else _("From the day")
        self.fields["on"] = forms.DateField(label=label, initial=clock.today(), widget=forms.DateInput)
        self.fields["reason"] = forms.CharField(
            label=_("Why the record was wrong") if correcting else _("Remark"), required=correcting, max_length=200
        )
        self.fields["evidence"] = forms.FileField(
            label=_("Evidence"), required=False, help_text=_("A photo, a scan or a document, up to 20 MB.")
        )
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, initial=association.changed_by)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action, but for evidence and actor."""
        data = self.cleaned_data
        values = {name: data.get(name) for name in self.attribute.columns}
        arguments: dict[str, Any] = {
            "association": self.association,
            "attribute": self.attribute.key,
            "values": values,
            "seen": data["seen"],
        }
        if self.correcting:
            return arguments | {"since": data["on"], "reason": data["reason"]}
        return arguments | {"on": data["on"], "remark": data["reason"]}


def _person_field(association: Association, actor: Actor) -> forms.Field:
    people = people_visible(actor).filter(area_path=association.area_path) | Person.objects.filter(
        pk=association.chair_id or 0
    )
    field = forms.ModelChoiceField(
        queryset=people.order_by("initials"), required=False, label=gettext_lazy("Chair"), initial=association.chair_id
    )
    field.help_text = HELP["chair"]
    return field


class RegisterForm(ProblemForm):
    """A new association with the attributes it has from its founding."""

    place = forms.CharField(
        label=gettext_lazy("Village or community"),
        help_text=gettext_lazy("Name or 12-digit code of the village or community."),
    )
    name = forms.CharField(label=gettext_lazy("Name of the association"), max_length=120)
    founded = forms.DateField(label=gettext_lazy("Founded"), widget=forms.DateInput)
    uscc = forms.CharField(label=gettext_lazy("Credit code"), required=False, max_length=18)

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor = actor
        for attribute in ATTRIBUTES.values():
            for name in attribute.columns:
                if name != "chair":
                    self.fields[name] = column_field(name)
                    if isinstance(self.fields[name], forms.TypedChoiceField):
                        self.fields[name].initial = False
        self.fields["member_count"].initial = 0

    def clean_place(self) -> Place:
        """The one place meant."""
        text = self.cleaned_data["place"].strip()
        exact = place_at(text)
        root = self.actor.home
        found = (
            [exact]
            if exact
            else [place for place in find_places(text, root=root) if place.level == Place.Level.VILLAGE]
        )
        named = [place for place in found if text in {place.name, place.short_name, place.code}] or found
        if len(named) != 1:
            raise ValidationError(
                _("There is no such village or community in your area.")
                if not named
                else _("Several places have this name; give the code: %(names)s")
                % {
                    "names": "、".join(
                        f"{place.parent.short_name if place.parent else ''}{place.short_name} {place.code}"
                        for place in named[:5]
                    )
                }
            )
        return named[0]

    def clean_uscc(self) -> str:
        """The credit code, checked by GB 32100."""
        text = self.cleaned_data["uscc"].strip()
        try:
            return credit_code(text).code if text else ""
        except CodeError as error:
            raise ValidationError(str(error)) from error

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action, but for the actor."""
        data = self.cleaned_data
        attributes = {
            key: {name: data[name] for name in attribute.columns if name in data}
            for key, attribute in ATTRIBUTES.items()
        }
        return {
            "place": data["place"],
            "name": data["name"],
            "founded": data["founded"],
            "uscc": data["uscc"],
            "attributes": attributes,
        }


class DissolveForm(ProblemForm):
    """The end of an association."""

    on = forms.DateField(label=gettext_lazy("From the day"), widget=forms.DateInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


def chairs_of(values: Iterable[Mapping[str, Any]]) -> dict[int, Person]:
    """The persons that values of attributes name as chair, found together; of each the name alone is read, the rest would
    have to be decrypted."""
    return rows_by_key(Person, (value["chair"] for value in values if value.get("chair")), fields=("name",))


def shown_value(attribute: str, value: dict[str, Any], chairs: Mapping[int, Person] | None = None) -> str:
    """An attribute's value in words. Where many are shown, `chairs` holds the persons among them."""
    spec = ATTRIBUTES[attribute]
    if attribute == "setting":
        return str(Setting(value["setting"]).label)
    if attribute == "members":
        return str(value["member_count"])
    if attribute == "rules":
        return "、".join(str(RuleBook(key).label) for key in value["rule_books"]) or _("none")
    if attribute == "chair":
        person = (chairs_of([value]) if chairs is None else chairs).get(value["chair"])
        name = person.masked_name if person else _("not recorded")
        return f"{name}（{_('village or community officer')}）" if value["chair_is_officer"] else name
    answers = {"funding": (_("no funds"), _("with funds")), "venue": (_("no venue"), _("with venue"))}
    words = [answers.get(attribute, (_("no"), _("yes")))[bool(value[spec.columns[0]])]]
    words += [_with_unit(name, value[name]) for name in spec.columns[1:] if value.get(name)]
    return "，".join(words)


def _with_unit(column: str, value: object) -> str:
    texts = {
        "funding_amount": _("%(value)s yuan a year"),
        "venue_area": _("%(value)s m²"),
        "meetings_a_year": _("%(value)s times a year"),
    }
    text = str(value)
    if column not in texts:
        return text
    return texts[column] % {"value": f"{Decimal(text).normalize():f}"}
