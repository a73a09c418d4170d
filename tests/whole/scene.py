"""The cast with one of everything beside it, so that every page has something to show; and more of the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.cast import FOUNDED, OPENED, PASSWORD, SYSTEM
from yinling.activities import hold_conference, record_contribution, record_visit
from yinling.associations import Association, add_evidence, change_attribute, register
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.base.period import as_of
from yinling.exchange import upload_batch
from yinling.facts import Entry
from yinling.network import Account, Body, Place, RoleHeld, actor_of, create_account, make_token, place_at
from yinling.office import Document, DocumentSeries, Layout, Paragraph, Run, issue, open_series
from yinling.people import Person, give_consent, register_person, take_position
from yinling.reports import Report, issue_report, start_report, submit_for_review, write_template
from yinling.web.page import Page

PDF = b"%PDF-1.7 evidence"
NO_ROWS = {"key", "verb", "attribute"}
"""Arguments that name something of the platform, not a row."""


ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Rows:
    """One row of every kind at a village and the office above it, for the pages about it: by the address up to the
    argument (`people/`), else by the name of the argument (`path`)."""

    keys: dict[str, object]

    def address(self, page: Page) -> str:
        """The address of a page about these rows. Raises KeyError where nobody said what an argument is."""
        return reverse(
            page.name, kwargs={found[1]: self._value(page, found) for found in ARGUMENT.finditer(page.route)}
        )

    def pk(self, key: str) -> int:
        """The key of one of the rows."""
        value = self.keys[key]
        assert isinstance(value, int)
        return value

    def _value(self, page: Page, argument: re.Match[str]) -> object:
        for key in (page.route[: argument.start()], argument[1]):
            if key in self.keys:
                return self.keys[key]
        raise KeyError(f"tests/whole/scene.py does not say what {argument[1]} of {page.route} is")


def arguments(page: Page) -> list[str]:
    """The names of what a page's address holds."""
    return ARGUMENT.findall(page.route)


def about_a_row(page: Page) -> bool:
    """Whether a page shows something that lies in one area, not all of what the viewer may see."""
    return not NO_ROWS.issuperset(arguments(page))


def opened(client: Client, address: str) -> HttpResponseBase:
    """The answer to a GET, a file read to its end, which closes it."""
    response: HttpResponseBase = client.get(address)
    if isinstance(response, StreamingHttpResponse):
        b"".join(response)
    return response


def place(path: str) -> Place:
    """A place of the cast."""
    found = place_at(path)
    assert found is not None
    return found


def rows_at(village: str, office: Body, *, holder: Account, number: int = 1) -> Rows:
    """Make one of everything at a village and at the office; the token is the holder's own."""
    person = register_person(
        place=place(village), name=f"张{'一二三四五六七八九'[number]}", phone=f"1390000{number:04}",
        resident_id=synthetic_resident_id(date(1945, 2, 3), 100 + number), by=SYSTEM,
    )  # fmt: skip
    consent = give_consent(person=person, purpose="register", way="signed", on=FOUNDED, by=SYSTEM)
    association = _association(village, person, number)
    position = take_position(person=person, body=association.body, title="secretary", since=FOUNDED, by=SYSTEM)
    evidence = add_evidence(association=association, name=f"{number}.pdf", content=PDF + b"%d" % number, by=SYSTEM)
    association = change_attribute(
        association=association, attribute="members", values={"member_count": 90 + number}, on=clock.today(),
        evidence=evidence, by=SYSTEM,
    )  # fmt: skip
    conference = _conference(office, association, number)
    document = _document(office, number)
    report = _report(office, document.series, number)
    account = create_account(
        username=f"clerk{number}", display_name=f"李{number}", password=PASSWORD, body=office, role=RoleHeld.Role.CLERK,
        since=OPENED, must_change_password=False, by=SYSTEM,
    )  # fmt: skip
    token, _text = make_token(name=f"program {number}", scope="read", by=actor_of(holder, "test"))
    batch = upload_batch(
        importer="associations",
        name=f"{number}.csv",
        content=[f"名称,编号\n协会,{number}\n".encode()],
        by=actor_of(account, "test"),
    )
    entry = Entry.objects.filter(area_path=village).order_by("seq").first()
    assert entry is not None
    return Rows(
        {
            "associations/": association.pk, "pocket/": association.pk, "people/": person.pk,
            "consent": consent.pk, "position": position.pk, "evidence/": evidence.pk,
            "conferences/": conference, "accounts/": account.pk, "accounts/roles/": account.roles_held.get().pk,
            "me/tokens/": token.pk, "imports/": batch.pk, "trail/": entry.pk, "places/": office.area_path,
            "documents/": document.pk, "check/": document.check_code, "overview/": office.area_path,
            "reports/": report.pk, "reports/templates/": report.template_id,
            "open/": office.area_path, "body": office.pk, "attribute": "venue",
            "key": "rural.venue", "verb": "rename", "imports/new/": "associations",
        }
    )  # fmt: skip


def _association(village: str, person: Person, number: int) -> Association:
    return register(
        place=place(village), name=f"第{number}老年协会", founded=FOUNDED, by=SYSTEM,
        attributes={
            "setting": {"setting": "rural"},
            "venue": {"has_venue": True, "venue_owner": "村委会", "venue_area": "60"},
            "chair": {"chair": person},
            "members": {"member_count": 20 + number},
        },
    )  # fmt: skip


def _conference(office: Body, association: Association, number: int) -> int:
    held = hold_conference(
        name=f"第{number}次会议", host=office, place=office.place, held_on=date(2012, 8, 16), by=SYSTEM
    )
    for _paper in range(number):
        record_contribution(
            conference=held, what="paper", title="做法", by_place=office.place, by_name=office.name, by=SYSTEM
        )
        record_visit(conference=held, visited=association.body, on=date(2012, 8, 16), by=SYSTEM)
    return int(held.pk)


def _document(office: Body, number: int) -> Document:
    series = open_series(body=office, code_word=f"第{'一二三四五六七八九'[number]}字", by=SYSTEM)
    layout = Layout(issuer=office.name, title=f"第{number}号通知", blocks=(Paragraph((Run("正文。"),)),))
    return issue(series=series, layout=layout, issued_on=date(2012, 8, 16), by=SYSTEM)


def _report(office: Body, series: DocumentSeries, number: int) -> Report:
    template = write_template(
        body=office, name=f"第{number}种报告", text="农村协会{{ figure rural.associations }}个。", by=SYSTEM
    )
    report = start_report(
        template=template, issuer=office, place=office.place, period=as_of(date(2012, 8, 16)), title=f"第{number}份报告",
        by=SYSTEM,
    )  # fmt: skip
    submit_for_review(report=report, by=SYSTEM)
    return issue_report(report=report, series=series, issued_on=date(2012, 8, 16), by=SYSTEM)
