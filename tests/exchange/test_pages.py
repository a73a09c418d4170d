"""The pages of an import, as a clerk goes through them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.exchange.ground import SYSTEM, good, make_clerk, step, workbook
from yinling.associations import Association, change_attribute
from yinling.exchange import Batch
from yinling.network import Account, Place
from yinling.web.todo import FEW

State = Batch.State


@pytest.fixture
def client(clerk: Account) -> Client:
    """The clerk's browser."""
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(clerk)
    return browser


def at(name: str, batch: Batch) -> str:
    """The address of a page of a batch."""
    return reverse(name, kwargs={"pk": batch.pk})


def send(client: Client, content: bytes, name: str = "名册.xlsx") -> Batch:
    """Upload a file and have its headers read."""
    answer = client.post("/imports/new/associations/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302
    batch = Batch.objects.latest("pk")
    assert answer["location"] == at("import", batch)
    return batch


def text(client: Client, address: str) -> str:
    """A page's text; it must answer at once."""
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def bytes_of(answer: Any) -> bytes:
    """The body of a download."""
    return b"".join(answer.streaming_content)


def test_journey(client: Client) -> None:
    bad: list[list[object]] = [[None, "x", "2010-05-01"], ["529902101201", "y", "2010-05-01"]]
    bad.append(["529901101201", "z", "2999-01-01"])
    assert "Nothing was imported yet" in text(client, "/imports/")
    assert "Blank file" in text(client, "/imports/new/associations/")
    batch = send(client, workbook([good(n) for n in range(4)] + bad))
    assert "Waiting for its turn" in text(client, at("import", batch))
    step(batch)
    assert client.get(at("import", batch))["location"] == at("import-mapping", batch)
    page = text(client, at("import-mapping", batch))
    assert "所在地代码" in page
    batch.refresh_from_db()
    chosen = {key: str(column) for key, column in batch.mapping.items()}
    answer = client.post(at("import-mapping", batch), {**chosen, "sheet": batch.sheet, "row": "1"})
    assert answer["location"] == at("import", batch)
    step(batch)
    page = text(client, at("import", batch))
    assert "Put 4 rows in" in page
    assert "lies in the future" in page
    assert "张*0" in page
    assert str(good(0)[5]) not in page
    sheet = openpyxl.load_workbook(io.BytesIO(bytes_of(client.get(at("import-refused", batch))))).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [6, 7, 8]
    assert client.post(at("import-commit", batch))["location"] == at("import", batch)
    step(batch)
    assert "4 rows are in the register" in text(client, at("import", batch))
    assert Association.objects.count() == 4
    assert "All 4 records" in text(client, at("import-undo", batch))
    assert client.post(at("import-undo", batch), {"reason": ""}).status_code == 422
    client.post(at("import-undo", batch), {"reason": "传错了文件"})
    assert step(batch).state == State.UNDONE
    assert "传错了文件" in text(client, at("import", batch))
    assert "名册.xlsx" in text(client, "/imports/")


def go(client: Client, batch: Batch, *names: str) -> Batch:
    """Bring a batch further: take the proposed columns, then what the names of pages say."""
    step(batch)
    chosen = {key: str(column) for key, column in batch.mapping.items()}
    client.post(at("import-mapping", batch), {**chosen, "sheet": batch.sheet, "row": str(batch.header_row)})
    step(batch)
    for name in names:
        client.post(at(name, batch), {"reason": "传错了文件"})
        step(batch)
    return batch


def test_progress_is_a_fragment_for_htmx_and_the_page_for_others(client: Client) -> None:
    batch = send(client, workbook([good(1)]))
    assert client.get(at("import-progress", batch))["location"] == at("import", batch)
    answer = client.get(at("import-progress", batch), headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert at("import-progress", batch) in answer.content.decode()
    step(batch)
    assert client.get(at("import-progress", batch), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_other_sheet_and_header_row(client: Client) -> None:
    batch = send(client, workbook([good(1)], above=2))
    step(batch)
    assert batch.header_row == 3
    page = text(client, at("import-mapping", batch) + "?row=1")
    assert "全县老年协会登记表" in page
    assert "会长身份证号" not in page


def test_a_missing_column_is_shown_at_the_field(client: Client) -> None:
    batch = send(client, workbook([["529901101201"]], headers=["where"]))
    step(batch)
    answer = client.post(at("import-mapping", batch), {"code": "0", "sheet": batch.sheet, "row": "1"})
    assert answer.status_code == 422
    assert "Choose the column that holds this" in answer.content.decode()


def test_wrong_files_are_refused_at_the_field(client: Client) -> None:
    answer = client.post("/imports/new/associations/", {"file": SimpleUploadedFile("a.xlsx", b"no")})
    assert answer.status_code == 422
    assert "not an Excel file" in answer.content.decode()


def test_the_same_file_again_is_pointed_out(client: Client) -> None:
    content = workbook([good(1)])
    go(client, send(client, content), "import-commit")
    again = go(client, send(client, content))
    assert again.good == 0
    page = text(client, at("import", again))
    assert "very file is in the register already" in page
    assert "Put 1 row in" not in page


def test_checked_files_wait_on_the_to_do_list_the_longest_waiting_first(client: Client) -> None:
    bad: list[object] = [None, "x", "2010-05-01"]
    for number in range(FEW + 1):
        go(client, send(client, workbook([good(number), bad]), f"名册{number}.xlsx"))
    page = text(client, "/todo/")
    assert page.count("waits to be imported") == page.count("1 rows are good, 1 refused") == FEW
    places = [page.index(f"名册{number}.xlsx") for number in range(FEW)]
    assert places == sorted(places) and f"名册{FEW}.xlsx" not in page


def test_a_refused_undo_lists_what_stands_in_its_way(client: Client) -> None:
    batch = go(client, send(client, workbook([good(1), good(2)])), "import-commit")
    changed = Association.objects.earliest("pk")
    change_attribute(
        association=changed, attribute="members", values={"member_count": 1}, on=batch.asked_at.date(), by=SYSTEM
    )
    client.post(at("import-undo", batch), {"reason": "传错了文件"})
    step(batch)
    page = text(client, at("import", batch))
    assert "undo the later ones first" in page
    assert f"/associations/{changed.pk}/" in page
    assert changed.body.name in page


def test_strangers_and_others_stay_outside(client: Client, places: dict[str, Place]) -> None:
    batch = go(client, send(client, workbook([good(1)])))
    assert Client().get("/imports/").status_code == 302
    other = Client()
    other.force_login(make_clerk(places["529902"]))
    for name in ("import", "import-mapping", "import-refused", "import-undo", "import-progress"):
        assert other.get(at(name, batch)).status_code == 404, name
    assert other.post(at("import-commit", batch)).status_code == 404
    assert Association.objects.count() == 0


def test_template_download(client: Client) -> None:
    answer = client.get("/imports/new/associations/template.xlsx")
    assert bytes_of(answer).startswith(b"PK")
    assert client.get("/imports/new/nothing/").status_code == 404
