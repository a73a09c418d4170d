"""The returns of a round by Excel: a county's whole list filled in at once, through the one import component.

The list is taken from the round's page: a row for each unit, with the number of its return, what the platform holds, and
the last answers. It comes back filled in; the same file a second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.paths import is_under
from yinling.base.rules import Actor, Answer, Denied, Placed, Rule
from yinling.exchange import Batch, Column, Committed, Field, Importer, ReadyRow, Row, supply_importers, whole
from yinling.returns.actions import Filled, fill_many, same_answers, withdraw_list
from yinling.returns.actions.moving import demand_open
from yinling.returns.filled import last_answers, problems_of, shown_answers
from yinling.returns.forms import Form, clean
from yinling.returns.models import Return, Round
from yinling.returns.rules import may_fill

NUMBER = "return"
LARGEST_ID = 2**62
Cells = list[object]


def questions_asked(form: Form) -> list[str]:
    """The keys of the questions somebody answers, in the order of the form."""
    return [question.key for question in form.questions() if question.asks]


def list_to_fill(round_: Round, returns: Sequence[Return]) -> tuple[list[Column], Iterator[Cells]]:
    """Columns and rows of the Excel list of some returns: what was typed so far, else what was answered last."""
    form = Form.from_json(round_.form.content)
    keys = questions_asked(form)
    last = last_answers(returns, form)
    columns = [Column(_("Number of the return")), Column(_("Unit"), 24), Column(_("State"))]
    columns += [Column(str(form.question(key).field.labels)) for key in keys]

    def rows() -> Iterator[Cells]:
        for answer in returns:
            known = {**last[answer.pk], **answer.answers}
            cells = [_cell(form, key, known.get(key)) for key in keys]
            yield [str(answer.pk), answer.unit, Return.State(answer.state).label, *cells]

    return columns, rows()


def _cell(form: Form, key: str, value: object) -> object:
    field = form.question(key).field
    labels = {choice.value: str(choice.labels) or choice.value for choice in field.choices}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(labels.get(str(one), str(one)) for one in value)
    return labels.get(str(value), value)


def importer_for(key: str) -> Importer | None:
    """The importer `returns.<number of the round>`."""
    number = key.partition(".")[2]
    known = number.isascii() and number.isdigit() and int(number[:19]) <= LARGEST_ID
    round_ = Round.objects.select_related("form").filter(pk=int(number[:19])).first() if known else None
    if round_ is None:
        return None
    form = Form.from_json(round_.form.content)
    asked = (form.question(name).field for name in questions_asked(form))
    return Importer(
        key=key,
        label=_("Returns: %(round)s") % {"round": round_.name},
        rule=_in_the_round(round_),
        fields=(
            Field(NUMBER, gettext_lazy("Number of the return"), whole(LARGEST_ID), required=True),
            *(Field(one.key, str(one.labels), _as_it_is, accepts=str(one.help)) for one in asked),
        ),
        checker=lambda actor, batch: _Check(round_, form, actor, batch),
        commit=lambda batch, rows, actor: _commit(round_, batch, rows, actor),
        undo=withdraw_list,
        source="return",
        needs=gettext_lazy("Take the list from the round's page and fill it in; leave the numbers as they are."),
    )


def _in_the_round(round_: Round) -> Rule:
    """Who fills in returns, if the round asks anybody in their area: the list names the round."""

    def test(actor: Actor, row: Placed | None) -> Answer:
        answer = may_fill.test(actor, row)
        paths = [grant.path for grant in actor.grants]
        if answer and not any(is_under(path, round_.area_path) or is_under(round_.area_path, path) for path in paths):
            return Denied(_("This round asks nobody in your area."))
        return answer

    return Rule(f"fills in round {round_.pk}", test, may_fill.where)


def _as_it_is(cell: object) -> object:
    # The form itself says what an answer must be; it needs all the answers of a row to do so.
    return cell


class _Check:
    """Checks rows a chunk at a time, against the returns as they are now."""

    def __init__(self, round_: Round, form: Form, actor: Actor, batch: Batch) -> None:
        self.round, self.form, self.actor, self.batch = round_, form, actor, batch
        self.seen: set[int] = set()

    def __call__(self, rows: Sequence[Row]) -> None:
        demand_open(self.round)
        mine = may_fill.filter(self.actor, self.round.returns.select_related("place", "body", "round__form"))
        numbers = {int(str(row.values[NUMBER])) for row in rows}
        returns = {answer.pk: answer for answer in mine.filter(pk__in=numbers)}
        typed = {}
        for row in rows:
            number = int(str(row.values[NUMBER]))
            if number not in returns:
                row.refuse(NUMBER, _("This round has no such return in your area."))
            elif number in self.seen:
                row.refuse(NUMBER, _("Another row of the file has the same number."))
            else:
                self.seen.add(number)
                cleaned = clean(self.form, {k: v for k, v in row.values.items() if k != NUMBER and v is not None})
                for problem in cleaned.problems:
                    row.refuse(problem.question, problem.text)
                typed[number] = cleaned.answers
        chosen = [answer for pk, answer in returns.items() if pk in typed]
        shown = shown_answers(self.form, self.round, chosen, typed)
        last = last_answers(chosen, self.form)
        for row in rows:
            number = int(str(row.values[NUMBER]))
            if number in shown and not row.problems:
                self._judge(row, returns[number], shown[number], last)

    def _judge(self, row: Row, answer: Return, answers: dict[str, object], last: dict[int, dict[str, object]]) -> None:
        row.ready = {"return_id": answer.pk, "answers": answers}
        if same_answers(answer, answers):
            return
        if not answer.is_changeable:
            row.refuse(NUMBER, _("It is handed in; ask the checking office to send it back."))
        answer.answers = answers
        for problem in problems_of(self.form, answer, last):
            if problem.level == "error":
                row.refuse(problem.question, problem.text)


def _commit(round_: Round, batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    filled = [Filled(int(str(ready["return_id"])), _answers(ready["answers"])) for _number, ready in rows]
    entry, count = fill_many(round=round_, rows=filled, batch_id=batch.pk, area=batch, by=actor)
    return Committed(entry, count)


def _answers(value: object) -> Mapping[str, object]:
    assert isinstance(value, dict), "staged by the checker"
    return value


supply_importers("returns", importer_for)
