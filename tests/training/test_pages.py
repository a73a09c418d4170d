"""Training on the desk: a class walked from its opening to certificates by two accounts; examinations; papers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.training.ground import AFTER, FIRST, LAST, actor, attend, ground, person, project
from yinling.base import clock
from yinling.base.period import as_of, year
from yinling.certificates import rotate_key
from yinling.figures import figure, measure_of
from yinling.network import Body, register_body
from yinling.people import Person, Qualification
from yinling.training import (
    Candidate,
    ClassState,
    Exam,
    Mark,
    Paper,
    TraineeState,
    TrainingClass,
    add_candidate,
    add_qualification,
    enter_mark,
    open_exam,
    remarks_on,
    withdraw_candidate,
    withdraw_qualification,
)

EVENING = datetime(2020, 7, 6, 18, tzinfo=clock.CHINA)


def test_who_may_read_and_who_may_write(cast: Cast) -> None:
    made = ground(cast)
    pk = made.training_class.pk
    for name in ("classes", "exams", "skill-certificates"):
        assert cast.client(cast.auditor).get(reverse(name)).status_code == 200
        assert cast.client(cast.stranger).get(reverse(name)).status_code == 403
        assert cast.client().get(reverse(name)).status_code == 302
    assert cast.client(cast.chair).get(reverse("class", kwargs={"pk": pk})).status_code == 404
    assert cast.client(cast.auditor).get(reverse("class-marks", kwargs={"pk": pk})).status_code == 403
    assert cast.client(cast.auditor).post(reverse("class-finish", kwargs={"pk": pk})).status_code == 403
    lesson = reverse("lesson", kwargs={"pk": made.lessons[0].pk})
    assert cast.client(cast.auditor).post(lesson, {f"here_{made.trainees[0].person_id}": "1"}).status_code == 403


def test_a_class_from_its_opening_to_certificates(cast: Cast) -> None:
    rotate_key(by=SYSTEM)
    series = project(cast)
    one = person(cast, 3)
    with clock.frozen(date(2020, 7, 1)):
        county = cast.client(cast.county)
        opened = {
            "series": series.pk, "course": "carer_5", "place": "朱家场", "starts_on": "2020-07-06", "ends_on": "2020-07-07",
            "hours": "40", "capacity": "2",
        }  # fmt: skip
        assert county.post(reverse("class-new"), {**opened, "ends_on": "2020-07-01"}).status_code == 422
        assert county.post(reverse("class-new"), opened).status_code == 302
        of = TrainingClass.objects.get()
        lesson = {"day": "2020-07-06", "half": "am", "venue": "一教室"}
        assert county.post(reverse("lesson-new", kwargs={"pk": of.pk}), lesson).status_code == 302
        again = county.post(reverse("lesson-new", kwargs={"pk": of.pk}), lesson)
        assert again.status_code == 422
        assert str(of) in again.content.decode()
        sent = {"person": f"#{one.pk}"}
        assert county.post(reverse("trainee-new", kwargs={"pk": of.pk}), sent).status_code == 302
        county.post(reverse("class-fix", kwargs={"pk": of.pk}))
    half = of.lessons.get()
    address = reverse("lesson", kwargs={"pk": half.pk})
    with clock.frozen(EVENING):
        county, township = cast.client(cast.county), cast.client(cast.township)
        assert township.post(address, {f"here_{one.pk}": "1", f"came_{one.pk}": "8点"}).status_code == 422
        times = {f"here_{one.pk}": "1", f"came_{one.pk}": "08:30", f"left_{one.pk}": "12:00"}
        assert township.post(address, times).status_code == 302
        township.post(reverse("lesson-confirm", kwargs={"pk": half.pk}))
        assert "08:30" in county.get(address).content.decode()
        county.post(reverse("lesson-confirm", kwargs={"pk": half.pk}))
    marks = reverse("class-marks", kwargs={"pk": of.pk})
    trainee = of.trainees.get()
    with clock.frozen(AFTER):
        county, township = cast.client(cast.county), cast.client(cast.township)
        sheet = {"taken_on": "2020-07-07", f"theory_{trainee.pk}": "七十", f"skills_{trainee.pk}": "81"}
        assert township.post(marks, sheet).status_code == 422
        assert township.post(marks, {**sheet, f"theory_{trainee.pk}": "101"}).status_code == 422
        assert not Mark.objects.exists()
        assert township.post(marks, {**sheet, f"theory_{trainee.pk}": "70.5"}).status_code == 302
        for client in (township, county):
            client.post(reverse("class-marks-confirm", kwargs={"pk": of.pk}))
        county.post(reverse("class-finish", kwargs={"pk": of.pk}))
        of.refresh_from_db()
        assert of.state == ClassState.HELD
        signed = {"in_charge": "周主任", "handler": "陈经办"}
        response = county.post(reverse("class-certify", kwargs={"pk": of.pk}), signed)
        assert response.status_code == 302
    county = cast.client(cast.county)
    trainee.refresh_from_db()
    assert trainee.state == TraineeState.FINISHED
    assert trainee.certificate
    assert trainee.certificate in county.get(reverse("trainee", kwargs={"pk": trainee.pk})).content.decode()
    shown = county.get(reverse("class", kwargs={"pk": of.pk})).content.decode()
    assert one.masked_name in shown
    assert one.name not in shown
    assert "08:30–12:00" in county.get(reverse("class-register", kwargs={"pk": of.pk})).content.decode()


def test_the_list_for_marks_has_numbers_and_no_whole_name(cast: Cast) -> None:
    made = ground(cast)
    response = cast.client(cast.county).get(reverse("class-marks-list", kwargs={"pk": made.training_class.pk}))
    rows = list(openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active.values)  # type: ignore[attr-defined]
    cells = [cell for row in rows for cell in row if cell is not None]
    assert {1, 2} <= set(cells) or {"1", "2"} <= set(map(str, cells))
    assert not {one.person.name for one in made.trainees if one.person} & set(map(str, cells))


def test_what_waits_is_not_offered_again(cast: Cast) -> None:
    made = ground(cast)
    attend(cast, made, made.trainees)
    with clock.frozen(AFTER):
        enter_mark(trainee=made.trainees[0], part="theory", mark=Decimal(70), taken_on=LAST, by=actor(cast.township))
        shown = cast.client(cast.county).get(reverse("class-marks", kwargs={"pk": made.training_class.pk}))
    assert f'name="theory_{made.trainees[0].pk}"' not in shown.content.decode()
    assert f'name="theory_{made.trainees[1].pk}"' in shown.content.decode()


@pytest.fixture
def school(cast: Cast) -> Body:
    """A school of the county."""
    return register_body(
        place=cast.places[at.COUNTY], kind=Body.Kind.SCHOOL, name="玉屏职业学校", founded=at.OPENED, by=SYSTEM
    )


def test_an_examination_with_its_pass_rate(cast: Cast, school: Body) -> None:
    client = cast.client(cast.county)
    sent = {"school": "玉屏职业学校", "batch": "2020年第一批", "level": "elementary", "held_on": "2020-06-20"}
    assert client.post(reverse("exam-new"), {**sent, "held_on": "2999-01-01"}).status_code == 422
    assert client.post(reverse("exam-new"), sent).status_code == 302
    assert client.post(reverse("exam-new"), sent).status_code == 422
    exam = Exam.objects.get()
    address = reverse("candidate-new", kwargs={"pk": exam.pk})
    for number, (theory, skills) in enumerate((("60", "60"), ("59.5", "90"), ("88", ""))):
        data = {"number": str(number), "name": "考生甲", "theory": theory, "skills": skills}
        assert client.post(address, data).status_code == 302
    assert client.post(address, {"number": "1", "name": "考生甲"}).status_code == 422
    assert client.post(address, {"number": "7", "name": "考生甲", "theory": "100.5"}).status_code == 422
    assert list(Candidate.objects.order_by("number").values_list("passed", flat=True)) == [True, False, False]
    assert figure(measure_of("onex.pass_rate"), path=at.PREFECTURE, period=year(2020)).text == "33.33"
    withdraw_candidate(candidate=Candidate.objects.get(number="2"), reason="重复", by=SYSTEM)
    assert figure(measure_of("onex.candidates"), path=at.COUNTY, period=year(2020)).value == 2
    assert "考生甲" not in client.get(reverse("exam", kwargs={"pk": exam.pk})).content.decode()


def test_only_a_school_has_examinations(cast: Cast) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="not a school"):
        open_exam(school=cast.offices[at.COUNTY], batch="一", level="elementary", held_on=date(2020, 6, 1), by=SYSTEM)


GOOD = "S000052000001202000017"


@pytest.mark.parametrize(
    ("number", "kind", "grade", "remarks"),
    [
        (GOOD[:15] + "4" + GOOD[16:], "skill_grade", 4, ()), ("", "skill_grade", 4, ("missing",)),
        ("1234", "skill_grade", 4, ("form",)), ("X" + GOOD[1:], "skill_grade", 2, ("letter",)),
        ("S0000" + "99" + GOOD[7:], "skill_grade", None, ("province",)), (GOOD, "skill_grade", 4, ("grade",)),
        ("1152000000400123", "skill_grade", 4, ("old",)), ("1152000000400123", "vocational", 4, ()),
        ("SY" + "0" * 20, "skill_grade", 1, ("chief",)), ("anything", "licence", None, ()),
    ],
)  # fmt: skip
def test_a_number_is_remarked_on_never_refused(
    cast: Cast, number: str, kind: str, grade: int | None, remarks: tuple[str, ...]
) -> None:
    issued = date(2020, 6, 1)
    assert remarks_on(number, kind=kind, grade=grade, issued_on=issued) == remarks
    if grade is not None:
        paper = Paper(kind, "养老护理员", grade, number, "省养老服务协会", issued)
        kept = add_qualification(person=person(cast, 5), paper=paper, by=SYSTEM)
        assert kept.number_note == ",".join(remarks)


def test_a_paper_counts_until_it_ends(cast: Cast) -> None:
    holder = person(cast, 6)
    paper = Paper("skill_grade", "养老护理员", 4, GOOD, "省养老服务协会", date(2020, 6, 1), date(2023, 5, 31))
    kept = add_qualification(person=holder, paper=paper, by=SYSTEM)

    def held(day: date) -> Decimal | None:
        return figure(measure_of("qualifications.skill_grade"), path=at.PROVINCE, period=as_of(day)).value

    assert [held(day) for day in (date(2020, 5, 31), date(2020, 6, 1), date(2023, 5, 31), date(2023, 6, 1))] == [
        0,
        1,
        1,
        0,
    ]
    withdraw_qualification(qualification=kept, reason="录错人", by=SYSTEM)
    assert held(date(2021, 1, 1)) == 0


def test_the_register_of_papers(cast: Cast) -> None:
    client, holder = cast.client(cast.county), person(cast, 7)
    sent = {
        "person": f"#{holder.pk}", "kind": "skill_grade", "title": "养老护理员", "grade": "4", "number": GOOD.lower(),
        "issuer": "省养老服务协会", "issued_on": "2020-06-01",
    }  # fmt: skip
    assert client.post(reverse("skill-certificate-new"), {**sent, "grade": ""}).status_code == 422
    assert client.post(reverse("skill-certificate-new"), sent).status_code == 302
    kept = Qualification.objects.get()
    assert kept.number == GOOD
    same = client.post(reverse("skill-certificate-new"), {**sent, "number": "S" + "1" * 21})
    assert same.status_code == 422
    other = person(cast, 8)
    assert client.post(reverse("skill-certificate-new"), {**sent, "person": f"#{other.pk}"}).status_code == 422
    listed = client.get(reverse("skill-certificates"), {"q": GOOD.lower()}).content.decode()
    assert GOOD in listed
    assert GOOD not in client.get(reverse("skill-certificates"), {"q": GOOD[:-1]}).content.decode()
    assert cast.client(cast.chair).get(reverse("skill-certificate", kwargs={"pk": kept.pk})).status_code == 404
    assert Person.objects.filter(pk=holder.pk).exists()


def test_a_candidate_of_the_platform_is_counted_once(cast: Cast, school: Body) -> None:
    exam = open_exam(school=school, batch="一", level="elementary", held_on=FIRST, by=SYSTEM)
    for number in ("1", "2"):
        add_candidate(exam=exam, number=number, name="考生乙", theory=Decimal(80), skills=Decimal(80), by=SYSTEM)
    assert figure(measure_of("onex.schools"), path=at.PROVINCE, period=year(2020)).value == 1
