"""Forms for the tests: one as an office would make it, and any form at all."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from yinling.returns.forms import Choice, Field, FieldType, Form, Question, Section, Words
from yinling.returns.forms.answers import NUMERIC

MEMBERS = Field("members", "integer", Words("会员人数", "Members"), unit="person", minimum=Decimal(0), counts="stock")
VENUE = Field("has_venue", "yes_no", Words("有无活动场所", "Has a venue"), binds="association.venue.has_venue")
AREA = Field(
    "venue_area", "decimal", Words("场所面积", "Area of the venue"), unit="square_metre", minimum=Decimal("0.5")
)
FUNDS = Field("funds", "money", Words("活动经费"), unit="yuan", counts="flow", minutes=Decimal(2))
KINDS = Field(
    "kinds",
    "choices",
    Words("活动类别"),
    choices=(Choice("sport", Words("文体活动", "sport and arts")), Choice("help", Words("互助服务")), Choice("-99")),
)
LEVEL = Field(
    "level", "choice", Words("等级"), choices=(Choice("1", Words("一级")), Choice("2", Words("二级"))), counts="stock"
)
FOUNDED = Field("founded", "date", Words("成立日期"))
NAME = Field("place", "text", Words("所在村"), holds="place.name")
PHONE = Field("post_code", "text", Words("邮政编码"), pattern="[0-9]{6}")
REMARK = Field("remark", "long_text", Words("备注"))
TOTAL = Field("per_head", "decimal", Words("人均经费"))
THANKS = Field("thanks", "note", Words("填报完成后请提交。"))


def office_form() -> Form:
    """The yearly return of an association."""
    return Form(
        "yearly",
        Words("老年协会年报", "Yearly return"),
        Words("请于年底前填报。"),
        (
            Section(
                "basis",
                Words("基本情况"),
                questions=(
                    Question(NAME),
                    Question(MEMBERS, required=True, evidence=True),
                    Question(FOUNDED, constraint=". <= today()", message=Words("成立日期不能晚于今天。")),
                    Question(PHONE),
                ),
            ),
            Section(
                "venue",
                Words("场所与经费"),
                relevant="${members} > 0",
                questions=(
                    Question(VENUE, required=True),
                    Question(AREA, relevant="${has_venue} = 'yes'", required=True, constraint=". < 10000"),
                    Question(FUNDS, default="0"),
                    Question(TOTAL, calculation="round(${funds} div ${members}, 2)"),
                    Question(KINDS),
                    Question(LEVEL),
                    Question(REMARK, relevant="selected(${kinds}, 'help') or ${funds} > last(${funds}) * 2"),
                    Question(THANKS),
                ),
            ),
        ),
    )


# ---- any form

characters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
odd_lines = st.sampled_from(
    ["=1+1", "'=1+1", "''-x", "-5", "@x", "+86", "_x000D_", "a b", "<b>&amp;</b>", "中文", "''", ""]
)
lines = st.one_of(st.text(characters, max_size=20).map(str.strip), odd_lines)
texts = st.one_of(lines, st.sampled_from(["a\nb", "=\n\n ."]))
words = st.builds(Words, texts, texts)
some_words = st.builds(Words, st.sampled_from(["表", "=表", "-"]), texts)
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.[a-z0-9_]{1,6})?", fullmatch=True)
decimals = st.decimals(-1000, 1000, places=2)
values = st.one_of(
    st.from_regex(r"[a-z0-9][a-zA-Z0-9_.-]{0,8}", fullmatch=True), st.sampled_from(["-1", "yes", "no", "有"])
)
TYPES: tuple[FieldType, ...] = (
    "integer", "decimal", "money", "text", "long_text", "date", "yes_no", "choice", "choices", "note",
)  # fmt: skip


@st.composite
def fields(draw: st.DrawFn, key: str) -> Field:
    """Any field of the key."""
    kind = draw(st.sampled_from(TYPES))
    numeric = kind in NUMERIC
    low, high = sorted((draw(decimals), draw(decimals)))
    choices = draw(st.lists(st.builds(Choice, values, words), min_size=1, max_size=4, unique_by=lambda one: one.value))
    counts = draw(st.sampled_from(["", "flow", "stock"])) if numeric or kind in ("yes_no", "choice") else ""
    return Field(
        key,
        kind,
        draw(some_words),
        unit=draw(st.sampled_from(["", "person", "yuan"])) if numeric else "",
        help=draw(words),
        legal_basis=draw(lines),
        choices=tuple(choices) if kind in ("choice", "choices") else (),
        minimum=draw(st.sampled_from([None, low])) if numeric else None,
        maximum=draw(st.sampled_from([None, high])) if numeric else None,
        pattern=draw(st.sampled_from(["", "[0-9]{6}", "-?\\d+|it's", '"+'])) if kind == "text" else "",
        counts=counts,  # type: ignore[arg-type]
        binds=draw(st.sampled_from(["", "association.venue.has_venue"])) if not counts and kind != "note" else "",
        holds=draw(st.sampled_from(["", "place.name", "last.x"])) if not counts and kind != "note" else "",
        minutes=draw(st.sampled_from([Decimal(0), Decimal("0.25"), Decimal(3)])),
    )


@st.composite
def conditions(draw: st.DrawFn, names: list[str], *, own: bool = False) -> str:
    """An expression over the questions of these names."""
    atoms = ["1", "'是'", "0.50", "-2", "today()", "true()", '"it\'s"', *([".", ". > 3"] if own else [])]
    atoms += [text for name in names for text in (f"${{{name}}}", f"last(${{{name}}})", f"selected(${{{name}}}, 'a')")]
    one, other, third = (draw(st.sampled_from(atoms)) for _ in range(3))
    shape = draw(
        st.sampled_from(
            [
                "",
                "{0}",
                "{0} = {1}",
                "-{0}<={1}",
                "({0} + {1}) * {2}",
                "sum({0},{1}, {2}) div 2",
                "not({0}) and {1} or {2}",
                "if({0}, {1}, {2})",
                "round({0})",
                "round( {0} , 1)!={1}",
                "- -{0}",
                "regex({0}, '[0-9]+')",
            ]
        )
    )
    return shape.format(one, other, third)


@st.composite
def questions(draw: st.DrawFn, key: str, before: list[str]) -> Question:
    """Any question that uses only answers to questions before it."""
    field = draw(fields(key))
    note = field.type == "note"
    asked = not field.holds and not note
    calculation = draw(conditions(before)) if asked else ""
    default = "0" if field.type in NUMERIC else draw(lines) if field.type == "text" else ""
    return Question(
        field,
        required=not note and draw(st.booleans()),
        relevant=draw(conditions(before)),
        constraint="" if note else draw(conditions(before, own=True)),
        message=draw(words),
        calculation=calculation,
        default=default if asked and not calculation else "",
        reason=draw(lines) if field.holds else "",
        evidence=not note and draw(st.booleans()),
    )


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Any sound form."""
    names = draw(st.lists(keys, min_size=1, max_size=8, unique=True))
    sections: list[Section] = []
    answered: list[str] = []
    while names:
        key = names.pop()
        relevant = draw(conditions(answered))
        asked = []
        for _ in range(draw(st.integers(0, 3))):
            if names:
                asked.append(draw(questions(names.pop(), answered)))
                if asked[-1].field.type != "note":
                    answered.append(asked[-1].key)
        sections.append(Section(key, draw(words), relevant, tuple(asked)))
    return Form(draw(keys), draw(some_words), draw(words), tuple(sections))
