"""The forms of the designer: the heading of a form, a section, a question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.network import Body, initials_of
from yinling.returns import forms as schema
from yinling.web.designing import Sections, fresh_key, keys_of
from yinling.web.field_forms import LONGEST_KEY, FaultForm, text_field, words
from yinling.web.form_words import faults_in_words

EXPRESSION = gettext_lazy("An expression; examples stand below.")


class SeenForm(FaultForm):
    """A form about a draft. Carries the state of the draft that was seen, so that nobody overwrites what they did not see."""

    seen = forms.IntegerField(label=gettext_lazy("version"), widget=forms.HiddenInput)

    own_key = ""
    """Of the section or question that the form is about."""

    def add_form_faults(self, error: schema.FormError, sections: Sections) -> None:
        """Show faults of the whole form with these sections: those of what this is about at their field, the others above
        with their place."""
        own = list(_paths(sections, self.own_key))
        for fault, text in zip(error.faults, faults_in_words(error, sections), strict=True):
            mine = next((prefix for prefix in own if fault.path.startswith(prefix)), "")
            if mine and "." not in fault.path.removeprefix(mine):
                self.add_faults(schema.FormError([fault]), mine)
            else:
                self.add_error(None, text)


def _paths(sections: Sections, key: str) -> Iterator[str]:
    """Where in a form the section or question of this key lies, as the beginning of paths of faults."""
    for at, section in enumerate(sections):
        if section.key == key:
            yield f"sections[{at}]."
        for index, question in enumerate(section.questions):
            if question.key == key:
                yield f"sections[{at}].questions[{index}]."


def one_line(text: str) -> str:
    """An expression as it is kept: on one line."""
    return " ".join(text.splitlines()).strip()


class TitleForm(FaultForm):
    """Title and introduction of a form."""

    zh = text_field(gettext_lazy("Title"), required=True, maximum=120)
    en = text_field(gettext_lazy("Title in English"))
    intro_zh = text_field(
        gettext_lazy("Introduction"), lines=3, maximum=5_000, help_text=gettext_lazy("Stands above the first question.")
    )
    intro_en = text_field(gettext_lazy("Introduction in English"), lines=2, maximum=5_000)

    FIELD_OF = {
        "labels": "zh", "labels.zh": "zh", "labels.en": "en", "intro": "intro_zh", "intro.zh": "intro_zh",
        "intro.en": "intro_en",
    }  # fmt: skip

    def labels(self) -> schema.Words:
        """The title."""
        return words(self.cleaned_data["zh"], self.cleaned_data["en"])

    def intro(self) -> schema.Words:
        """The introduction."""
        return words(self.cleaned_data["intro_zh"], self.cleaned_data["intro_en"])


class HeadingForm(TitleForm, SeenForm):
    """Title and introduction of a draft."""


class StartForm(TitleForm):
    """A new form."""

    key = text_field(
        pgettext_lazy("of a form or field", "Key"), maximum=40,
        help_text=gettext_lazy("Small letters, digits and underscores. If left empty it is made from the title."),
    )  # fmt: skip
    field_order = ("zh", "key", "owner", "intro_zh", "en", "intro_en")

    def __init__(self, *args: Any, offices: list[Body], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"] = forms.ModelChoiceField(
            label=_("Designed by"), queryset=Body.objects.filter(pk__in=[office.pk for office in offices]),
            initial=offices[0] if offices else None, empty_label=None,
        )  # fmt: skip
        self.order_fields(self.field_order)

    def form(self) -> schema.Form:
        """The form, with one empty section. Raises FormError."""
        key = self.cleaned_data["key"] or _key_of(self.cleaned_data["zh"])
        return schema.Form(key, self.labels(), self.intro(), (schema.Section("section1"),))


def _key_of(title: str) -> str:
    stem = initials_of(title).encode("ascii", "ignore").decode()[:LONGEST_KEY]
    return stem if stem[:1].isalpha() else f"f{stem}"


class SectionForm(SeenForm):
    """A section: its heading, and when it is asked at all."""

    zh = text_field(gettext_lazy("Heading"), help_text=gettext_lazy("May be left empty where a form has one section."))
    en = text_field(gettext_lazy("Heading in English"))
    relevant = text_field(gettext_lazy("Asked only if"), lines=2, maximum=2_000, help_text=EXPRESSION)

    FIELD_OF = {"labels": "zh", "labels.zh": "zh", "labels.en": "en"}

    def section(self, sections: Sections, before: schema.Section | None) -> schema.Section:
        """The section; a new one gets a key of its own. Raises FormError."""
        data = self.cleaned_data
        return schema.Section(
            key=before.key if before else fresh_key("section", keys_of(sections)),
            labels=words(data["zh"], data["en"]),
            relevant=one_line(data["relevant"]),
            questions=before.questions if before else (),
        )


class QuestionForm(SeenForm):
    """How a form asks a field."""

    section = forms.ChoiceField(label=gettext_lazy("Section"))
    reason = text_field(
        gettext_lazy("Reason for asking again"),
        help_text=gettext_lazy("With a reason it is asked, without one it is only shown. Example: 年度核对"),
    )
    required = forms.BooleanField(label=gettext_lazy("Has to be answered"), required=False)
    evidence = forms.BooleanField(label=gettext_lazy("Asks for a file as evidence"), required=False)
    relevant = text_field(gettext_lazy("Asked only if"), lines=2, maximum=2_000, help_text=EXPRESSION)
    constraint = text_field(
        gettext_lazy("Condition for answers"), lines=2, maximum=2_000,
        help_text=gettext_lazy("An expression; the point . stands for the answer."),
    )  # fmt: skip
    message_zh = text_field(
        gettext_lazy("Message when it is not met"), help_text=gettext_lazy("Says what to mend to whoever fills it in.")
    )
    message_en = text_field(gettext_lazy("Message in English"))
    calculation = text_field(
        gettext_lazy("Calculation"), lines=2, maximum=2_000,
        help_text=gettext_lazy("An expression; then nobody is asked, the platform works it out."),
    )  # fmt: skip
    default = text_field(gettext_lazy("Stands there at first"), maximum=5_000)

    FIELD_OF = {
        "message": "message_zh", "message.zh": "message_zh", "message.en": "message_en", "field.calculation": "calculation",
    }  # fmt: skip

    def __init__(self, *args: Any, form: schema.Form, field: schema.Field, **options: Any) -> None:
        super().__init__(*args, **options)
        self.field, self.own_key = field, field.key
        self.fields["section"].choices = [  # type: ignore[attr-defined]
            (each.key, str(each.labels) or _("Section %(number)s") % {"number": number})
            for number, each in enumerate(form.sections, start=1)
        ]
        # Only what the platform holds can be asked "again"; and a note asks nothing at all.
        if not field.holds:
            del self.fields["reason"]
        if field.type == "note":
            for name in ("required", "evidence", "constraint", "message_zh", "message_en", "calculation", "default"):
                del self.fields[name]

    def question(self) -> schema.Question:
        """The question. Raises FormError."""
        data = self.cleaned_data
        given: dict[str, Any] = {
            name: data[name] for name in ("required", "evidence", "default", "reason") if name in data
        }
        given |= {name: one_line(data[name]) for name in ("relevant", "constraint", "calculation") if name in data}
        return schema.Question(
            field=self.field, message=words(data.get("message_zh", ""), data.get("message_en", "")), **given
        )


def question_initial(question: schema.Question, section: str) -> dict[str, object]:
    """What stands in the form about a question that is there already."""
    return {
        "section": section, "reason": question.reason, "required": question.required, "evidence": question.evidence,
        "relevant": question.relevant, "constraint": question.constraint, "message_zh": question.message.zh,
        "message_en": question.message.en, "calculation": question.calculation, "default": question.default,
    }  # fmt: skip
