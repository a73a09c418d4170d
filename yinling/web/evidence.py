"""Evidence over HTTP: taken with a form, handed out to those who may see the record."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse

from yinling.associations import Association, add_evidence, may_see_associations
from yinling.base.rules import Actor
from yinling.facts import Evidence, file_of
from yinling.web.page import Request, found, page


def keep_evidence(upload: UploadedFile[bytes] | None, association: Association, actor: Actor) -> Evidence | None:
    """Keep an uploaded file as evidence for an association; None without a file. Raises ValidationError, Refused."""
    if upload is None:
        return None
    evidence: Evidence = add_evidence(association=association, name=upload.name or "", content=upload.read(), by=actor)
    return evidence


@page("evidence/<int:pk>/", name="evidence", rule=may_see_associations)
def evidence_page(request: Request, pk: int) -> HttpResponse:
    """The file, always as a download: nothing uploaded is ever shown inside a page."""
    # A file keeps the path it was handed in under; who may see it is who may see the record today.
    shown_by = Association.objects.filter(history__evidence=pk, body__withdrawn=False).distinct()
    found(may_see_associations, request.actor, shown_by)
    return as_download(Evidence.objects.get(pk=pk))


def as_download(evidence: Evidence) -> HttpResponse:
    """A kept file as a download; 404 where it is gone. Who may have it the page has asked before."""
    place = file_of(evidence.sha256)
    if not place.exists():
        raise Http404
    response = FileResponse(place.open("rb"), as_attachment=True, filename=evidence.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[return-value]
