"""What may be done with a certificate: object, decide, make anew, revoke; and issuing to many volunteers at once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.certificates import (
    Certificate,
    certificate_pdfs,
    decide_objection,
    hours,
    issue_many,
    issued_in_one,
    may_certify,
    may_see_certificates,
    object_to,
    revoke_certificate,
    supersede_certificate,
    waiting_objections,
)
from yinling.network import Body, Place
from yinling.office import FontsMissing, type_of_documents
from yinling.web.certificate_forms import (
    DecideForm,
    ManyForm,
    ObjectionForm,
    ReasonForm,
    SupersedeForm,
    carried_out,
    site_of,
)
from yinling.web.certificates import address, crumbs
from yinling.web.page import Request, address_of, found, page

ZIP_TYPE = "application/zip"


def _own(request: Request, pk: int) -> Certificate:
    rows = Certificate.objects.select_related("issuer", "person__volunteer").defer("credential")
    return found(may_certify, request.actor, rows, pk=pk)


@page("certificates/<int:pk>/revoke/", name="certificate-revoke", rule=may_certify, methods="GET POST")
def revoke_page(request: Request, pk: int) -> HttpResponse:
    """Revoke a certificate."""
    one = _own(request, pk)

    def write(reason: str) -> str:
        revoke_certificate(certificate=one, reason=reason, by=request.actor)
        return address(one)

    way = crumbs({"label": one.number, "url": address(one)})
    return carried_out(request, ReasonForm(request.POST or None), _("Revoke"), write, address(one), way, one.number)


@page("certificates/<int:pk>/supersede/", name="certificate-supersede", rule=may_certify, methods="GET POST")
def supersede_page(request: Request, pk: int) -> HttpResponse:
    """Issue a new certificate from the records as they are now, in place of this one."""
    one = _own(request, pk)
    said = one.contents
    form = SupersedeForm(
        request.POST or None, initial={name: said[name] for name in ("in_charge", "handler", "contact")}
    )

    def write(reason: str, **_signed: str) -> str:
        fresh = supersede_certificate(certificate=one, signed=form.signed(request), reason=reason, by=request.actor)
        return address(fresh)

    way = crumbs({"label": one.number, "url": address(one)})
    return carried_out(request, form, _("Make anew from the records"), write, address(one), way, one.number)


@page("certificates/<int:pk>/object/", name="certificate-object", rule=may_see_certificates, methods="GET POST")
def object_page(request: Request, pk: int) -> HttpResponse:
    """Write down an objection that somebody raises during the publicity."""
    rows = Certificate.objects.defer("credential")
    one = found(may_see_certificates, request.actor, rows, pk=pk)

    def write(by_name: str, text: str) -> str:
        object_to(certificate=one, by_name=by_name, text=text, by=request.actor)
        return address(one)

    way = crumbs({"label": one.number, "url": address(one)})
    return carried_out(request, ObjectionForm(request.POST or None), _("Object"), write, address(one), way, one.number)


@page("certificates/objections/<int:pk>/", name="certificate-objection", rule=may_certify, methods="GET POST")
def objection_page(request: Request, pk: int) -> HttpResponse:
    """Decide on an objection."""
    row = waiting_objections(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    one = row.certificate

    def write(upheld: bool, reason: str) -> str:
        decide_objection(objection=row, upheld=upheld, reason=reason, by=request.actor)
        return address(one)

    way = crumbs({"label": one.number, "url": address(one)})
    form = DecideForm(request.POST or None)
    return carried_out(
        request, form, _("Decide on the objection"), write, address(one), way, f"{row.by_name}：{row.text}"
    )


@page("certificates/many/", name="certificates-many", rule=may_certify, methods="GET POST")
def many_page(request: Request) -> HttpResponse:
    """Certificates to all volunteers of whose service an issuer has confirmed records in a period."""
    held = [grant.body_id for grant in request.actor.grants if grant.body_id is not None]
    own = Body.objects.filter(pk__in=held).first()
    initial = {"issuer": own.name if own else "", "handler": request.actor.name}
    form = ManyForm(request.POST or None, actor=request.actor, initial=initial)

    def write(issuer: Body, place: Place | None, since: date, until: date, **_signed: Any) -> str:
        done = issue_many(
            issuer=issuer, since=since, until=until, area=place.area_path if place else "", signed=form.signed(request),
            by=request.actor,
        )  # fmt: skip
        return f"{address_of('certificates-run', entry=done.entry_id)}?left_out={done.left_out}"

    intro = _("Each volunteer gets one certificate of the period, from confirmed records alone. It is free of charge.")
    return carried_out(request, form, _("Issue to many"), write, address_of("certificates"), crumbs(), intro)


@page("certificates/runs/<int:entry>/", name="certificates-run", rule=may_certify)
def run_page(request: Request, entry: int) -> HttpResponse:
    """What a run over many volunteers gave, and its files."""
    rows = issued_in_one(request.actor, entry).defer("credential", "records")
    count, first, last = rows.count(), rows.first(), rows.last()
    left_out = request.GET.get("left_out", "")
    facts: list[dict[str, object]] = [{"label": _("Certificates issued"), "value": count}]
    if left_out.isascii() and left_out.isdigit() and len(left_out) < len("1000000"):
        note = _("They have one of the same period, or would have signed for themselves.")
        facts.append({"label": _("Volunteers left out"), "value": int(left_out), "note": note})
    if first is not None and last is not None:
        facts.append({"label": _("Numbers"), "value": f"{first.number} – {last.number}"})
        facts.append({"label": _("Service hours"), "value": hours(sum(rows.values_list("minutes", flat=True)))})
    files = ((_("All as PDF"), "certificates-run-pdf"), (_("All signed files"), "certificates-run-credentials"))
    verbs = [{"label": label, "url": address_of(name, entry=entry)} for label, name in files]
    title = _("Certificates issued to many")
    detail = {"title": title, "facts": facts, "sections": [], "history": [], "verbs": verbs if count else []}
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs({"label": title})})


@page("certificates/runs/<int:entry>/pdf/", name="certificates-run-pdf", rule=may_certify)
def run_pdf_page(request: Request, entry: int) -> HttpResponse:
    """All certificates of a run: an archive of PDFs of some hundred pages each, sent while they are being made."""
    rows = issued_in_one(request.actor, entry).select_related("person")
    if not rows.exists():
        raise Http404
    try:
        type_of_documents()  # before the first byte is sent: afterwards nothing can be said any more
    except FontsMissing as missing:
        messages.error(request, str(missing))
        return redirect("certificates-run", entry=entry)
    files = ((f"{number:04}.pdf", content) for number, content in enumerate(
        certificate_pdfs(rows.iterator(chunk_size=500), site=site_of(request)), 1
    ))  # fmt: skip
    return _archive(files, "certificates-pdf.zip")


@page("certificates/runs/<int:entry>/credentials/", name="certificates-run-credentials", rule=may_certify)
def run_credentials_page(request: Request, entry: int) -> HttpResponse:
    """The signed credentials of a run, one file each, in an archive."""
    rows = issued_in_one(request.actor, entry).values_list("check_code", "credential")
    if not rows.exists():
        raise Http404
    files = ((f"{code}.jwt", bytes(content)) for code, content in rows.iterator(chunk_size=1000))
    return _archive(files, "certificates-signed.zip")


class _Pipe(io.RawIOBase):
    """Takes what a writer writes and gives it out again."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Everything written since the last time."""
        parts, self._parts = b"".join(self._parts), []
        return parts


def _archive(files: Iterator[tuple[str, bytes]], name: str) -> HttpResponse:
    def parts() -> Iterator[bytes]:
        pipe = _Pipe()
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for path, content in files:
                archive.writestr(path, content)
                yield pipe.taken()
        yield pipe.taken()

    response = StreamingHttpResponse(parts(), content_type=ZIP_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast("HttpResponse", response)
