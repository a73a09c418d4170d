"""Writes of forms: drafted, published and frozen, followed by the next version, retired."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, change, create, current, demand_seen, locked
from yinling.base.rules import Actor, Refused
from yinling.network import Body
from yinling.returns.actions.dictionary import define_field, why_not_new
from yinling.returns.forms import Field, Form
from yinling.returns.models import DictionaryField, FormVersion
from yinling.returns.rules import may_design

State = FormVersion.State


@action("returns.start_form", label=gettext_lazy("Design a form"), rule=may_design, on="owner")
def start_form(*, form: Form, owner: Body, by: Actor) -> FormVersion:
    """The first version of a form, a draft."""
    if FormVersion.objects.filter(key=form.key).exists():
        raise Refused(_("There already is a form with this key."))
    return create(_draft(form, owner, 1))


@action("returns.edit_form", label=gettext_lazy("Edit a form"), rule=may_design, on="version")
def edit_form(*, version: FormVersion, form: Form, seen: int, by: Actor) -> FormVersion:
    """Another content of a draft. What is published is never edited: a next version is."""
    version = _draft_of(version)
    demand_seen(version, seen)
    if form.key != version.key:
        raise Refused(_("The key of a form never changes."))
    return change(version, content=form.as_json(), title=_title(form), changed_by=current().entry_id)


@action("returns.publish_form", label=gettext_lazy("Publish a form"), rule=may_design, on="version")
def publish_form(*, version: FormVersion, by: Actor) -> FormVersion:
    """Freeze a draft, so that rounds can ask it. New fields enter the dictionary with it.

    Refused with the first of `hindrances`, among them the ask-once guard.
    """
    version = _draft_of(version)
    form = Form.from_json(version.content)
    if reasons := hindrances(form):
        raise Refused(reasons[0])
    for field in _new_fields(form):
        define_field(field=field, owner=version.owner, by=by)
    return change(version, state=State.PUBLISHED, digest=form.digest(), changed_by=current().entry_id)


def hindrances(form: Form) -> list[str]:
    """Everything that keeps a form from being published: it asks nothing; it asks what the platform holds and the designer
    gives no reason (the ask-once guard); a field differs from the dictionary's, or asks what another one there asks."""
    reasons = [] if any(question.asks for question in form.questions()) else [_("The form asks nothing.")]
    if again := asked_again(form):
        names = _(", ").join(again)
        reasons.append(
            _("The platform already holds this: %(names)s. Show it, or give the reason for asking.") % {"names": names}
        )
    for key in sorted(differing(form)):
        text = _("The field %(key)s differs from the dictionary's. Take that one, or give yours another key.")
        reasons.append(text % {"key": key})
    return reasons + why_not_new(_new_fields(form))


def differing(form: Form) -> set[str]:
    """The keys of the fields that a form has in another version than the dictionary."""
    known = _known(form)
    return {q.key for q in form.questions() if known.get(q.key, q.field) != q.field}


def _known(form: Form) -> dict[str, Field]:
    rows = DictionaryField.objects.filter(key__in=[question.key for question in form.questions()])
    return {row.key: Field.from_json(row.definition) for row in rows}


def _new_fields(form: Form) -> list[Field]:
    known = _known(form)
    return [q.field for q in form.questions() if q.key not in known]


@action("returns.next_version", label=gettext_lazy("Begin the next version of a form"), rule=may_design, on="version")
def next_version(*, version: FormVersion, by: Actor) -> FormVersion:
    """A draft of the next version, with the content of this one."""
    latest = FormVersion.objects.select_for_update().filter(key=version.key).order_by("number").last()
    assert latest is not None
    if latest.state == State.DRAFT:
        raise Refused(_("There already is a draft of the next version."))
    return create(_draft(Form.from_json(version.content), version.owner, latest.number + 1))


@action("returns.retire_form", label=gettext_lazy("Retire a form"), rule=may_design, on="version")
def retire_form(*, version: FormVersion, by: Actor) -> FormVersion:
    """No round asks it any more. A draft is given up."""
    version = locked(version)
    if version.state == State.RETIRED:
        raise Refused(_("This form is already retired."))
    return change(version, state=State.RETIRED, changed_by=current().entry_id)


def asked_again(form: Form) -> list[str]:
    """The labels of what a form asks though the platform holds it, without a reason."""
    return [str(q.field.labels) for q in form.questions() if q.field.binds and not q.reason and q.asks]


def _draft(form: Form, owner: Body, number: int) -> FormVersion:
    return FormVersion(
        key=form.key,
        number=number,
        title=_title(form),
        owner=owner,
        area_path=owner.area_path,
        content=form.as_json(),
        changed_by=current().entry_id,
    )


def _title(form: Form) -> str:
    return (form.labels.zh or form.labels.en)[:120]


def _draft_of(version: FormVersion) -> FormVersion:
    version = locked(version)
    if version.state != State.DRAFT:
        raise Refused(_("A published form is never changed; begin its next version."))
    return version
