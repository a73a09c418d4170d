"""Documents at the front door: the register, the files, the verbs, and the check that anybody may make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from tests.office import samples
from yinling.office import Document, DocumentSeries, fonts, issue, open_series, supersede, withdraw


@pytest.fixture
def documents(cast: Cast) -> list[Document]:
    """Three documents of the county and one of its neighbour."""
    made = []
    for path, word in ((at.COUNTY, "玉老龄办发"), (at.NEIGHBOUR, "石老龄办发")):
        series = open_series(body=cast.offices[path], code_word=word, by=at.SYSTEM)
        made += [
            issue(series=series, layout=samples.layout(), issued_on=date(2012, 8, 6), by=at.SYSTEM)
            for _number in range(3 if path == at.COUNTY else 1)
        ]
    return made


@pytest.fixture(autouse=True)
def _no_failures_counted(cast: Cast) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def check(document: Document) -> str:
    """The public address of a document."""
    return reverse("check-code", kwargs={"code": document.check_code})


def page_of(name: str, document: Document) -> str:
    """A page of the desk about a document."""
    return reverse(name, kwargs={"pk": document.pk})


def test_the_register_shows_what_was_issued_in_the_area(cast: Cast, documents: list[Document]) -> None:
    shown = cast.client(cast.county).get(reverse("documents")).content.decode()
    assert "玉老龄办发〔2012〕3号" in shown
    assert "石老龄办发" not in shown
    above = cast.client(cast.prefecture)
    assert "石老龄办发〔2012〕1号" in above.get(reverse("documents")).content.decode()
    series = documents[0].series_id
    for asked, count in (({"series": series}, 3), ({"year": 2011}, 0), ({"q": "〔2012〕1号"}, 2), ({"q": samples.TITLE}, 4),
                         ({"series": "x", "year": "²", "page": "²"}, 4)):  # fmt: skip
        answer = above.get(reverse("documents"), asked).content.decode()
        assert len(re.findall(r'href="/documents/\d+/"', answer)) == count


def test_who_may_open_a_document_and_its_files(cast: Cast, documents: list[Document]) -> None:
    for name in ("document", "document-pdf", "document-word"):
        address = page_of(name, documents[0])
        for account in (cast.county, cast.prefecture, cast.auditor):
            assert cast.client(account).get(address).status_code == 200
        assert cast.client(cast.chair).get(address).status_code == 404, "a chair's area is the village"
        assert cast.client(cast.stranger).get(address).status_code == 403
        assert cast.client().get(address).status_code == 302
        assert cast.client(cast.county).get(page_of(name, documents[3])).status_code == 404


def test_files_are_downloads_of_their_kind(cast: Cast, documents: list[Document]) -> None:
    client = cast.client(cast.county)
    for name, start, ending in (("document-pdf", b"%PDF", ".pdf"), ("document-word", b"PK", ".docx")):
        answer = client.get(page_of(name, documents[0]))
        assert answer.content.startswith(start)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Disposition"].endswith(ending)


def test_missing_fonts_are_said_on_the_page(
    cast: Cast, documents: list[Document], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(fonts, "SHIPPED", tmp_path)
    answer = cast.client(cast.county).get(page_of("document-pdf", documents[0]), follow=True)
    assert answer.status_code == 200
    assert "make assets" in answer.content.decode()


def test_opening_a_series(cast: Cast) -> None:
    client, address = cast.client(cast.county), reverse("document-series-new")
    data = {"body": "玉屏侗族自治县老龄办", "code_word": "玉老龄办发", "issuer": "玉屏侗族自治县老龄工作委员会办公室"}
    assert client.post(address, {**data, "code_word": "玉〔1〕"}).status_code == 422
    assert client.post(address, {**data, "body": "贵州省老龄办"}).status_code == 422
    assert client.post(address, data).status_code == 302
    assert DocumentSeries.objects.get().issuer == data["issuer"]
    assert client.post(address, data).status_code == 422
    assert cast.client(cast.township).get(address).status_code == 403


def test_withdrawing_and_superseding(cast: Cast, documents: list[Document]) -> None:
    client = cast.client(cast.county)
    assert client.post(page_of("document-withdraw", documents[0]), {"reason": ""}).status_code == 422
    assert client.post(page_of("document-withdraw", documents[0]), {"reason": "有误"}).status_code == 302
    assert client.post(page_of("document-withdraw", documents[0]), {"reason": "有误"}).status_code == 422
    address = page_of("document-supersede", documents[1])
    for number in ("没有的号", "石老龄办发〔2012〕1号", "玉老龄办发〔2012〕1号", "玉老龄办发〔2012〕2号"):
        assert client.post(address, {"number": number, "reason": "修订"}).status_code == 422
    assert client.post(address, {"number": "玉老龄办发[2012]3号", "reason": "修订"}).status_code == 302
    states = list(Document.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["withdrawn", "superseded", "valid", "valid"]
    shown = client.get(page_of("document", documents[1])).content.decode()
    assert page_of("document", documents[2]) in shown
    assert cast.client(cast.township).get(address).status_code == 403
    assert client.get(page_of("document-withdraw", documents[3])).status_code == 404


def test_anybody_may_check_and_sees_the_state(cast: Cast, documents: list[Document]) -> None:
    stranger, (first, second, third, _other) = cast.client(), documents
    shown = stranger.get(check(first)).content.decode()
    for text in (samples.TITLE, first.full_number, first.series.issuer, "2012-08-06", first.digest, "notice-ok"):
        assert text in shown
    assert page_of("document", first) not in shown, "a stranger gets no link"
    supersede(document=first, by_document=second, reason="已经修订", by=at.SYSTEM)
    withdraw(document=third, reason="发现错误", by=at.SYSTEM)
    shown = stranger.get(check(first)).content.decode()
    assert "notice-warn" in shown
    assert second.full_number in shown
    assert "已经修订" in shown
    shown = stranger.get(check(third)).content.decode()
    assert "notice-error" in shown
    assert "发现错误" in shown


def test_only_who_may_read_it_gets_the_link(cast: Cast, documents: list[Document]) -> None:
    for account, count in ((cast.county, 1), (cast.province, 1), (cast.chair, 0), (cast.stranger, 0)):
        shown = cast.client(account).get(check(documents[0])).content.decode()
        assert shown.count(f'href="{page_of("document", documents[0])}"') == count


def test_a_typed_code_need_not_be_neat(cast: Cast, documents: list[Document]) -> None:
    code = documents[0].check_code
    answer = cast.client().get(reverse("check"), {"code": f" {code.replace('-', '').lower()} "})
    assert answer.headers["Location"] == check(documents[0])


@pytest.mark.parametrize("code", ["ABCD", "ACDE-3467-WXYT", "<script>", "贵州", "x" * 500, "%00"])
def test_a_wrong_code_says_so(cast: Cast, code: str) -> None:
    for answer in (
        cast.client().get(reverse("check"), {"code": code}, follow=True),
        cast.client().get(reverse("check-code", kwargs={"code": code})),
    ):
        assert answer.status_code == 404
        assert "notice-error" in answer.content.decode()
        assert "<script>" not in answer.content.decode().split("<main")[1].split("</main")[0]


def test_guessing_ends_and_checking_does_not(cast: Cast, documents: list[Document]) -> None:
    client = cast.client()
    for _time in range(40):
        assert client.get(check(documents[0])).status_code == 200, "right codes are not counted"
    answers = [client.get(reverse("check-code", kwargs={"code": f"WRONG{n}"})).status_code for n in range(31)]
    assert answers == [404] * 30 + [429]
    assert client.get(check(documents[0])).status_code == 429, "nor does a guesser learn which code is right"
    assert client.get(reverse("check"), {"code": "nothing"}).status_code == 429
