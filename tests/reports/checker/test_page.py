"""The page of the checker, and the measures that are proposed for the figures of a text."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from yinling.base.period import as_of, month
from yinling.reports import LARGEST, propose

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

TEXT = (
    "截至2012年8月16日，贵州省情况如下。全省2个农村老年协会中，有经费来源的农村老年协会1个，占协会总数的60%。\n"
    "玉屏侗族自治县农村老年协会1个，会员一千人。"
)
BUDGET = 20


def test_who_may_open_it(cast: Cast) -> None:
    address = reverse("checker")
    assert cast.client().get(address).status_code == 302
    assert cast.client().post(address, {"text": TEXT}).status_code == 302
    for account in (cast.county, cast.chair, cast.auditor):
        assert cast.client(account).get(address).status_code == 200


def test_a_text_is_shown_with_its_findings(cast: Cast) -> None:
    response = cast.client(cast.county).post(reverse("checker"), {"text": TEXT})
    shown = response.content.decode()
    assert response.status_code == 200
    assert re.search(r'<a class="signal signal-bad" id="place-0" href="#finding-0"[^>]*>60%</a>', shown)
    assert re.search(r'<li id="finding-0">.*<a href="#place-0">60%</a> → <strong>50%</strong>', shown, re.S)
    assert "1 ÷ 2" in shown
    door = f"{reverse('door', kwargs={'key': 'rural.associations'})}?place={at.PROVINCE}&amp;period=2012-08-16"
    assert door in shown
    assert TEXT in shown[shown.index("<textarea") :].replace("\r\n", "\n"), "the text stays for the next version"


def test_what_is_typed_is_shown_as_text(cast: Cast) -> None:
    text = "<script>alert(1)</script>在100个协会中，有场所的协会50个，占协会总数的<b>60%</b>。"
    shown = cast.client(cast.county).post(reverse("checker"), {"text": text}).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_a_file_is_read(cast: Cast) -> None:
    upload = SimpleUploadedFile("a.txt", TEXT.encode("gb18030"))
    response = cast.client(cast.county).post(reverse("checker"), {"text": "", "file": upload})
    assert response.status_code == 200
    assert "signal-bad" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": ""}, "text"), ({"text": "  \n"}, "text"), ({"text": "1" * (LARGEST + 1)}, "text"), ({"text": "a\0"}, "text"),
        ({"text": "不能丢的文字", "file": ("a.pdf", b"no pdf")}, "file"), ({"text": "", "file": ("a.exe", b"1")}, "file"),
        ({"text": "", "file": ("a.txt", b"")}, "file"),
    ],
)  # fmt: skip
def test_faults_stand_beside_their_field_and_the_text_is_kept(
    cast: Cast, data: dict[str, str | tuple[str, bytes]], field: str
) -> None:
    sent = {name: value if isinstance(value, str) else SimpleUploadedFile(*value) for name, value in data.items()}
    response = cast.client(cast.county).post(reverse("checker"), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert str(data["text"]).strip().replace("\0", "")[:5] in response.content.decode()


def test_measures_are_proposed_with_place_and_period(cast: Cast) -> None:
    bindings = {one.quote + one.place: one for one in propose(TEXT)}
    province, county = bindings["2个贵州省"].choices[0], bindings["1个玉屏侗族自治县"].choices[0]
    assert province.measure.card.key == county.measure.card.key == "rural.associations"
    assert province.score == 1
    assert province.words == ("农村老年协会",)
    assert province.figure is not None
    assert county.figure is not None
    assert (province.figure.path, province.figure.period) == (at.PROVINCE, as_of(date(2012, 8, 16)))
    assert county.figure.path == at.COUNTY
    assert province.figure.value == 1
    assert bindings["1个贵州省"].choices[0].measure.card.key == "rural.funded"
    assert bindings["60%贵州省"].choices[0].measure.card.unit == "percent"


def test_without_place_or_period_there_is_no_value(cast: Cast) -> None:
    (one,) = propose("农村老年协会3个。")
    assert (one.place, one.choices[0].figure) == ("", None)
    assert propose("捐赠图书3万册，天气很好。") == []
    (dated,) = propose("2012年8月玉屏侗族自治县农村老年协会3个。")
    assert dated.choices[0].figure is not None
    assert dated.choices[0].figure.period == month(2012, 8)


def test_few_statements_whatever_the_length(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = cast.client(cast.county)
    client.get(reverse("checker"))
    for times in (1, 30):
        with django_assert_max_num_queries(BUDGET):
            client.post(reverse("checker"), {"text": TEXT * times})
