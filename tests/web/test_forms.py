"""Forms and the field dictionary at the front door: designed, refused by the ask-once guard, published, followed by the next
version; read from and written as XLSForm; nobody edits another office's."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from tests import cast as at
from tests.cast import Cast
from tests.returns.ground import CANTEEN, ELDERS, VENUE, ask, number, published
from yinling.network import Body
from yinling.returns import DictionaryField, FormVersion, define_field, edit_form, revise_field, start_form
from yinling.returns import forms as schema
from yinling.returns.forms import Choice, Field, Form, Question, Section, Words

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

BUDGET = 30
State = FormVersion.State
BOUND = Field(key="venue_now", type="yes_no", labels=Words("现有活动场所"), binds="association.venue.has_venue")
"""What a workbook may bring: an answer that changes the register, and nothing that says the register holds it."""


def draft_of(cast: Cast, *questions: Question, key: str = "survey", path: str = at.PROVINCE) -> FormVersion:
    """A draft with these questions in one section."""
    form = Form(key, Words("摸底表"), sections=(Section("main", Words("情况"), questions=questions),))
    return start_form(form=form, owner=cast.offices[path], by=at.SYSTEM)


def content(version: FormVersion) -> Form:
    """What the draft holds now."""
    version.refresh_from_db()
    return Form.from_json(version.content)


def address(name: str, version: FormVersion, **more: str) -> str:
    """The address of a page about a form."""
    return reverse(name, kwargs={"pk": version.pk, **more})


def posted(version: FormVersion, **data: object) -> dict[str, object]:
    """What a form about the draft sends, with the state of it that was seen."""
    version.refresh_from_db()
    return {"seen": version.changed_by, **data}


def test_a_form_is_designed_published_and_followed_by_its_next_version(cast: Cast) -> None:
    define_field(field=ELDERS, owner=cast.offices[at.PROVINCE], by=at.SYSTEM)
    client = cast.client(cast.province)
    start = {"zh": "老年食堂摸底表", "owner": cast.offices[at.PROVINCE].pk}
    assert client.post(reverse("form-new"), {**start, "key": "1 bad"}).status_code == 422
    assert client.post(reverse("form-new"), start).status_code == 302
    version = FormVersion.objects.get()
    assert (version.key, version.owner, version.title) == ("lnstmdb", cast.offices[at.PROVINCE], "老年食堂摸底表")
    section = content(version).sections[0].key

    shown = client.get(address("form-choose", version, section=section), {"q": "六十岁"}).content.decode()
    assert (where := address("form-ask", version, section=section, field="elders")) in shown
    assert client.post(where, posted(version, section=section, required="on")).status_code == 302
    assert client.get(where).status_code == 404, "it is asked already"

    new = {"zh": "独居人数", "type": "integer", "unit": "person", "counts": "stock", "minimum": "0", "minutes": "1.5"}
    where = address("form-define", version, section=section)
    response = client.post(where, posted(version, **new))
    question = address("form-question", version, question="djrs")
    assert (response.status_code, response["Location"]) == (302, question)
    assert not DictionaryField.objects.filter(key="djrs").exists(), "it enters the dictionary with the form"
    bad = client.post(question, posted(version, section=section, constraint=". <= ${elder}"))
    assert (bad.status_code, "${elder}" in bad.content.decode()) == (422, True)
    assert 'id="id_constraint_error"' in bad.content.decode()
    bad = client.post(question, posted(version, section=section, relevant="${elders} >< 3"))
    assert (bad.status_code, 'id="id_relevant_error"' in bad.content.decode()) == (422, True)
    good = posted(version, section=section, constraint=". <= ${elders}", message_zh="不能多于老年人数。")
    assert client.post(question, good).status_code == 302
    lone = content(version).question("djrs")
    assert (lone.constraint, lone.message.zh, lone.field.minimum, lone.field.takes) == (
        ". <= ${elders}", "不能多于老年人数。", Decimal(0), Decimal("1.5"),
    )  # fmt: skip

    assert client.post(address("form-publish", version)).status_code == 302
    version.refresh_from_db()
    assert (version.state, len(version.digest)) == (State.PUBLISHED, 64)
    assert DictionaryField.objects.get(key="djrs").owner == version.owner
    assert client.get(address("form-edit", version)).status_code == 403
    response = client.post(address("form-next", version))
    following = FormVersion.objects.get(number=2)
    assert response["Location"] == address("form-edit", following)
    assert (
        client.post(
            address("form-question", following, question="djrs"), posted(following, section=section)
        ).status_code
        == 302
    )
    shown = client.get(address("form", following)).content.decode()
    assert shown.count(". &lt;= ${elders}") == 2, "what changed since the first version, and what the trail says of it"
    assert client.post(address("form-retire", following)).status_code == 302
    assert FormVersion.objects.get(number=2).state == State.RETIRED


def test_the_guard_speaks_while_designing_and_a_reason_satisfies_it(cast: Cast) -> None:
    version = draft_of(cast, Question(BOUND), Question(CANTEEN))
    client = cast.client(cast.province)
    for page in ("form-edit", "form"):
        assert client.get(address(page, version)).content.decode().count("现有活动场所") > 1, (
            "the question and the guard"
        )
    client.post(address("form-publish", version))
    version.refresh_from_db()
    assert version.state == State.DRAFT

    where = address("form-field", version, question="venue_now")
    held = {"zh": "现有活动场所", "type": "yes_no", "binds": BOUND.binds, "holds": BOUND.binds}
    assert client.post(where, posted(version, **held)).status_code == 302
    assert not content(version).question("venue_now").asks, "what is held is shown"
    question = address("form-question", version, question="venue_now")
    assert 'name="reason"' in client.get(question).content.decode()
    assert client.post(question, posted(version, section="main", reason="年度核对")).status_code == 302
    assert content(version).question("venue_now").asks
    client.post(address("form-publish", version))
    version.refresh_from_db()
    assert version.state == State.PUBLISHED


def test_two_designers_do_not_overwrite_each_other(cast: Cast) -> None:
    version = draft_of(cast, Question(ELDERS), Question(CANTEEN))
    client = cast.client(cast.province)
    stale = posted(version, section="main", required="on", relevant="${canteen} = 'yes'")
    edited = Form.from_json(version.content)
    edit_form(version=version, form=edited, seen=version.changed_by, by=at.SYSTEM)
    response = client.post(address("form-question", version, question="elders"), stale)
    assert response.status_code == 422
    assert "${canteen} = &#x27;yes&#x27;" in response.content.decode(), "what was typed stays on the page"
    for page, do in (("form-move", "down:elders"), ("form-drop", "drop:elders")):
        client.post(address(page, version), {"seen": stale["seen"], "do": do})
        assert content(version) == edited
    client.post(address("form-move", version), posted(version, do="down:elders"))
    assert [one.key for one in content(version).questions()] == ["canteen", "elders"]


def test_sections_and_questions_are_moved_and_taken_out(cast: Cast) -> None:
    version = draft_of(cast, Question(ELDERS), Question(CANTEEN, relevant="${elders} > 0"))
    client = cast.client(cast.province)
    heading = posted(version, zh="食堂", relevant="${elders} >= 10")
    assert client.post(address("form-section-new", version), heading).status_code == 302
    second = content(version).sections[1]
    assert (second.labels.zh, second.relevant) == ("食堂", "${elders} >= 10")
    bad = client.post(
        address("form-section", version, section=second.key), posted(version, zh="食堂", relevant="${x} > 1")
    )
    assert (bad.status_code, 'id="id_relevant_error"' in bad.content.decode()) == (422, True)
    client.post(address("form-move", version), posted(version, do="down:canteen"))
    assert [[one.key for one in each.questions] for each in content(version).sections] == [["elders"], ["canteen"]]
    client.post(address("form-move", version), posted(version, do=f"up:{second.key}"))
    assert content(version).sections[0].key == second.key
    client.post(address("form-drop", version), posted(version, do="drop:elders"))
    assert "elders" in {one.key for one in content(version).questions()}, "others use its answer"
    client.post(address("form-drop", version), posted(version, do=f"drop:{second.key}"))
    client.post(address("form-drop", version), posted(version, do="drop:elders"))
    assert list(content(version).questions()) == []
    heading = posted(version, zh="新表名", intro_zh="说明")
    assert client.post(address("form-heading", version), heading).status_code == 302
    assert (content(version).intro.zh, version.title) == ("说明", "新表名")


def test_the_dictionary_moves_on_and_drafts_are_told(cast: Cast) -> None:
    define_field(field=ELDERS, owner=cast.offices[at.PROVINCE], by=at.SYSTEM)
    version = draft_of(cast, Question(ELDERS, required=True))
    row = DictionaryField.objects.get()
    later = number("elders", "六十周岁以上老年人数", unit="person")
    revise_field(entry=row, field=later, seen=row.changed_by, by=at.SYSTEM)
    client = cast.client(cast.province)
    client.post(address("form-publish", version))
    assert content(version).question("elders").field == ELDERS
    refresh = address("form-refresh", version, question="elders")
    assert refresh in client.get(address("form-question", version, question="elders")).content.decode()
    assert client.post(refresh, posted(version)).status_code == 302
    assert content(version).question("elders") == Question(later, required=True)
    assert refresh not in client.get(address("form-question", version, question="elders")).content.decode()


def test_a_form_goes_out_and_comes_in_as_xlsform(cast: Cast) -> None:
    version = published(cast)
    client = cast.client(cast.province)
    response = client.get(address("form-xlsform", version))
    file = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert "survey" in load_workbook(io.BytesIO(file)).sheetnames
    office = f"office:{cast.offices[at.PROVINCE].pk}"
    taken = client.post(reverse("form-import"), {"into": office, "file": _upload(file)})
    assert taken.status_code == 422, "there is a form with this key"
    client.post(address("form-next", version))
    draft = FormVersion.objects.get(number=2)
    into = f"draft:{draft.pk}.{draft.changed_by}"
    assert client.post(reverse("form-import"), {"into": into, "file": _upload(file)}).status_code == 302
    assert content(draft) == Form.from_json(version.content)
    assert client.post(reverse("form-import"), {"into": into, "file": _upload(file)}).status_code == 422, (
        "it is another now"
    )


def test_what_is_unsupported_is_named_and_the_rest_comes_on_request(cast: Cast) -> None:
    rows = (("type", "name", "label"), ("integer", "beds", "床位数"), ("geopoint", "where", "位置"))
    client, office = cast.client(cast.county), f"office:{cast.offices[at.COUNTY].pk}"
    response = client.post(reverse("form-import"), {"into": office, "file": _upload(_workbook(rows))})
    shown = response.content.decode()
    assert (response.status_code, "geopoint" in shown, FormVersion.objects.count()) == (422, True, 0)
    rest = shown.split('name="rest" value="')[1].split('"')[0]
    assert client.post(reverse("form-import"), {"into": office, "rest": f"{rest}x"}).status_code == 422
    assert client.post(reverse("form-import"), {"into": office, "rest": rest}).status_code == 302
    version = FormVersion.objects.get()
    assert (version.owner, [one.key for one in content(version).questions()]) == (cast.offices[at.COUNTY], ["beds"])


@pytest.mark.parametrize("file", [b"", b"no workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused(cast: Cast, file: bytes) -> None:
    office = f"office:{cast.offices[at.PROVINCE].pk}"
    response = cast.client(cast.province).post(reverse("form-import"), {"into": office, "file": _upload(file)})
    assert (response.status_code, FormVersion.objects.count()) == (422, 0)


def _upload(content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = "form.xlsx"
    return file


def _workbook(rows: tuple[tuple[str, ...], ...]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in rows:
        sheet.append(row)
    book.save(file)
    return file.getvalue()


def test_who_designs_and_whose_forms(cast: Cast) -> None:
    province, county = draft_of(cast, Question(ELDERS)), draft_of(cast, Question(CANTEEN), key="county", path=at.COUNTY)
    released = published(cast)
    for account in (cast.chair, cast.township, cast.auditor, cast.stranger):
        for name in ("forms", "fields", "form-new", "form-import", "field-new"):
            assert cast.client(account).get(reverse(name)).status_code == 403
        assert cast.client(account).get(address("form-edit", province)).status_code == 403
    assert cast.client().get(reverse("forms")).status_code == 302
    client = cast.client(cast.county)
    listed = client.get(reverse("forms")).content.decode()
    assert [address("form", one) in listed for one in (province, county, released)] == [False, True, True]
    assert client.get(address("form", released)).status_code == 200
    for page in ("form", "form-edit", "form-heading", "form-section-new"):
        assert client.get(address(page, province)).status_code == 404
    for page, data in (("form-publish", {}), ("form-retire", {}), ("form-drop", posted(province, do="drop:elders"))):
        assert client.post(address(page, province), data).status_code == 404
    assert client.get(reverse("field", kwargs={"field": "elders"})).status_code == 200
    assert client.get(reverse("field-edit", kwargs={"field": "elders"})).status_code == 404
    assert [one.key for one in content(province).questions()] == ["elders"]
    assert cast.client(cast.province).get(address("form-edit", county)).status_code == 200


def test_fields_are_defined_and_revised_in_the_dictionary(cast: Cast) -> None:
    client, office = cast.client(cast.province), cast.offices[at.PROVINCE].pk
    choice = {"zh": "服务方式", "key": "care", "type": "choice", "counts": "stock", "owner": office}
    lines = "mutual 互助养老 | mutual help\r\nbought/paid 购买服务\r\n"
    new = reverse("field-new")
    for bad in ({"type": "text"}, {"choices": ""}, {"choices": "a 甲\na 乙"}, {"binds": "association.chair.chair"},
                {"holds": "figure.nothing"}, {"counts": "twice"}, {"minutes": "1e9"}, {"key": "Bad Key"},
                {"type": "yes_no", "choices": "", "binds": "association.members.member_count", "counts": ""}):  # fmt: skip
        assert client.post(new, {**choice, "choices": lines, **bad}).status_code == 422, bad
    assert client.post(new, {**choice, "choices": lines}).status_code == 302
    row = DictionaryField.objects.get()
    field = Field.from_json(row.definition)
    assert field.choices == (
        Choice("mutual", Words("互助养老", "mutual help")),
        Choice("bought/paid", Words("购买服务")),
    )
    assert client.post(new, {**choice, "choices": lines, "key": "care2"}).status_code == 422, (
        "the dictionary asks this already"
    )

    edit = reverse("field-edit", kwargs={"field": "care"})
    shown = client.get(edit).content.decode()
    assert "mutual 互助养老 | mutual help" in shown
    change = {**choice, "choices": lines, "legal_basis": "统计调查制度", "seen": row.changed_by}
    assert client.post(edit, change).status_code == 302
    row.refresh_from_db()
    assert (row.version, Field.from_json(row.definition).legal_basis) == (2, "统计调查制度")
    assert client.post(edit, change).status_code == 422, "seen is of the version before"
    listed = [client.get(reverse("fields"), query).content.decode() for query in (
        {"q": "服务"}, {"q": "CARE"}, {"type": "choice"}, {"counts": "stock"}, {"type": "date"}, {"held": "binds"}, {"q": "没有"},
    )]  # fmt: skip
    assert ["服务方式" in each for each in listed] == [True, True, True, True, False, False, False]


def test_the_figures_of_a_field_open(cast: Cast) -> None:
    field = Field(
        key="care",
        type="choice",
        labels=Words("服务方式"),
        choices=(Choice("bought/paid~1", Words("购买")),),
        counts="stock",
    )
    define_field(field=field, owner=cast.offices[at.PROVINCE], by=at.SYSTEM)
    client = cast.client(cast.province)
    shown = client.get(reverse("field", kwargs={"field": "care"})).content.decode()
    key = "field.care:bought/paid~1"
    door, card = reverse("door", kwargs={"key": key}), reverse("definition", kwargs={"key": key})
    assert door in shown
    for where in (card, f"{door}?place=52"):
        assert "服务方式: 购买" in client.get(where).content.decode()
    assert client.get(reverse("figures")).status_code == 200
    assert client.get("/figures/field.care:paid/").status_code == 404


def test_a_round_shows_what_its_form_costs(cast: Cast) -> None:
    asked = ask(cast)
    shown = cast.client(cast.province).get(address("form", asked.round.form)).content.decode()
    assert f"/rounds/{asked.round.pk}/" in shown
    assert ">21<" in shown.replace(" ", ""), "seven questions of three units"


HOSTILE: tuple[Mapping[str, str], ...] = (
    {"seen": ""}, {"seen": "x"}, {"seen": "9" * 40}, {"section": "nowhere"}, {"default": "x" * 9_000},
    {"relevant": "(" * 500}, {"relevant": "${"}, {"relevant": "\x01"}, {"constraint": "regex(., '(')"},
    {"calculation": "${elders} + 1"}, {"message_zh": "\x02"}, {"calculation": "1", "default": "3"}, {"default": "abc"},
)  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_input_is_refused_with_the_page(cast: Cast, data: Mapping[str, str]) -> None:
    version = draft_of(cast, Question(ELDERS))
    before = content(version)
    where = address("form-question", version, question="elders")
    response = cast.client(cast.province).post(where, posted(version, **{"section": "main", **data}))
    assert (response.status_code, content(version)) == (422, before)
    assert "data-error-summary" in response.content.decode()


@pytest.mark.parametrize("do", ["", "up", "up:", "up:nobody", "sideways:elders", "drop:", "up:" + "x" * 5_000])
def test_buttons_that_are_no_buttons_change_nothing(cast: Cast, do: str) -> None:
    version = draft_of(cast, Question(ELDERS))
    before = content(version)
    for page in ("form-move", "form-drop"):
        client: Client = cast.client(cast.province)
        assert client.post(address(page, version), {"do": do, "seen": str(version.changed_by)}).status_code == 302
        assert content(version) == before


def test_what_a_form_says_is_shown_as_text(cast: Cast) -> None:
    evil = number("evil", "<script>alert(1)</script>", help=Words("<img src=x>"), unit="person")
    version = draft_of(cast, Question(evil))
    client = cast.client(cast.province)
    for page in ("form", "form-edit"):
        shown = client.get(address(page, version)).content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x>" not in shown
        assert "&lt;script&gt;alert" in shown


def test_few_statements_whatever_the_number(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = cast.client(cast.province)
    version = draft_of(cast, Question(ELDERS), Question(VENUE, reason="年度核对"))
    for count in (1, 12):
        for index in range(count):
            more = number(f"more{count}_{index}", f"另外{count}第{index}项", unit="person")
            define_field(field=more, owner=Body.objects.get(pk=version.owner_id), by=at.SYSTEM)
            form = content(version)
            questions = (*form.sections[0].questions, Question(more))
            changed = schema.Form(
                form.key, form.labels, sections=(Section("main", Words("情况"), questions=questions),)
            )
            edit_form(version=version, form=changed, seen=version.changed_by, by=at.SYSTEM)
        for where in (reverse("forms"), reverse("fields"), address("form", version), address("form-edit", version),
                      address("form-choose", version, section="main")):  # fmt: skip
            client.get(where)
            with django_assert_max_num_queries(BUDGET):
                client.get(where)
