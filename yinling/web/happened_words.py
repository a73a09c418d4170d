"""The words in which the audit trail tells what happened, and what of it says nothing to a reader."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.activities import KINDS
from yinling.base.rules import Reason
from yinling.supervision import FOUND, STEPS
from yinling.volunteers import HalfDay, Limit, Service, Skill

SUBJECTS: dict[str, Reason] = {
    "account": gettext_lazy("account"),
    "association": gettext_lazy("association"),
    "batch": gettext_lazy("import"),
    "body": gettext_lazy("body"),
    "brand": gettext_lazy("service brand"),
    "booth": gettext_lazy("booth of an expo"),
    "candidate": gettext_lazy("1+X candidate"),
    "certificate": gettext_lazy("certificate"),
    "certificateobjection": gettext_lazy("objection to a certificate"),
    "certificaterequest": gettext_lazy("request for a certificate"),
    "certificateseries": gettext_lazy("series of certificates"),
    "check": gettext_lazy("check of a return"),
    "claim": gettext_lazy("claim"),
    "conference": gettext_lazy("conference"),
    "consent": gettext_lazy("consent"),
    "covered": gettext_lazy("volunteer named in a policy"),
    "contribution": gettext_lazy("paper or speech"),
    "dictionaryfield": gettext_lazy("field of the dictionary"),
    "document": pgettext_lazy("of what an entry is about", "document"),
    "documentseries": gettext_lazy("series of documents"),
    "domain": gettext_lazy("domain of service"),
    "evidence": gettext_lazy("evidence"),
    "exam": gettext_lazy("1+X examination"),
    "finding": gettext_lazy("finding"),
    "findingstep": gettext_lazy("step"),
    "formversion": gettext_lazy("form"),
    "frozen": gettext_lazy("frozen figure"),
    "guest": gettext_lazy("guest of a meeting"),
    "hall": gettext_lazy("hall of an expo"),
    "lesson": gettext_lazy("lesson"),
    "mark": gettext_lazy("mark"),
    "minutes": gettext_lazy("minutes of a meeting"),
    "placement": gettext_lazy("work found after a class"),
    "qualification": gettext_lazy("qualification"),
    "ranking": gettext_lazy("result of a contest"),
    "resolution": gettext_lazy("resolution of a meeting"),
    "trainee": gettext_lazy("trainee"),
    "trainingclass": gettext_lazy("training class"),
    "leadertraining": gettext_lazy("training of leaders"),
    "outcometype": gettext_lazy("type of outcome"),
    "parameter": gettext_lazy("parameter"),
    "person": gettext_lazy("person"),
    "place": gettext_lazy("place"),
    "placechange": gettext_lazy("change of a place"),
    "policy": gettext_lazy("policy"),
    "position": gettext_lazy("position"),
    "report": gettext_lazy("work report"),
    "reporttemplate": gettext_lazy("report template"),
    "return": gettext_lazy("return"),
    "roleheld": gettext_lazy("role"),
    "roll": gettext_lazy("roll"),
    "round": gettext_lazy("collection round"),
    "station": gettext_lazy("service station"),
    "stationarea": gettext_lazy("place served"),
    "signingkey": gettext_lazy("signing key"),
    "starapplication": gettext_lazy("application for a star"),
    "starholder": gettext_lazy("star volunteer"),
    "supervisionvisit": gettext_lazy("supervision visit"),
    "team": gettext_lazy("team"),
    "teammember": gettext_lazy("member of a team"),
    "token": gettext_lazy("API token"),
    "undertaking": gettext_lazy("measure in a domain"),
    "training": gettext_lazy("training"),
    "visit": gettext_lazy("visit"),
    "volunteer": gettext_lazy("volunteer"),
    "activity": pgettext_lazy("of what an entry is about", "activity"),
    "feed": gettext_lazy("calendar address"),
    "outcome": gettext_lazy("outcome"),
    "project": gettext_lazy("project"),
    "session": pgettext_lazy("of what an entry is about", "session"),
    "sessionrole": pgettext_lazy("of a session", "role"),
}
"""What an entry can be about, by model name."""

PAGES = {
    "person": "person", "conference": "conference", "finding": "finding", "leadertraining": "training",
    "supervisionvisit": "supervision-visit", "document": "document", "report": "report", "formversion": "form",
    "round": "round", "return": "return", "station": "station", "brand": "brand", "volunteer": "volunteer",
    "claim": "claim", "team": "team", "policy": "policy", "certificate": "certificate",
    "certificaterequest": "certificate-request", "starapplication": "star", "trainingclass": "class",
    "trainee": "trainee", "exam": "exam", "qualification": "skill-certificate", "project": "project",
    "activity": "activity", "session": "session", "outcome": "outcome",
}  # fmt: skip
"""The page of the row an entry is about, where the row's model alone tells it."""

LABELS: dict[str, Reason] = {
    "account": gettext_lazy("account"),
    "after": gettext_lazy("afterwards"),
    "basis": gettext_lazy("document"),
    "before": gettext_lazy("before"),
    "body": gettext_lazy("body"),
    "body_id": gettext_lazy("number of the body"),
    "by_place": gettext_lazy("place it comes from"),
    "conference": gettext_lazy("conference"),
    "content": gettext_lazy("content"),
    "corrected": gettext_lazy("corrected later"),
    "definition": gettext_lazy("definition"),
    "demo": gettext_lazy("for trying out"),
    "denominator": gettext_lazy("out of"),
    "display_name": pgettext_lazy("of a person", "name"),
    "dissolved": gettext_lazy("dissolved"),
    "ended_at": gettext_lazy("ended on"),
    "event": gettext_lazy("event"),
    "field": gettext_lazy("shown"),
    "figures": gettext_lazy("number of figures"),
    "file": gettext_lazy("file"),
    "frozen_at": gettext_lazy("frozen on"),
    "good": gettext_lazy("good rows"),
    "header_row": gettext_lazy("row of the headers"),
    "is_active": gettext_lazy("may sign in"),
    "made_at": gettext_lazy("made on"),
    "made_on": gettext_lazy("made on"),
    "made_up": gettext_lazy("made up for the demo"),
    "measure": gettext_lazy("figure"),
    "must_change_password": gettext_lazy("password must be changed"),
    "needs_second_factor": gettext_lazy("needs a second step at sign-in"),
    "certificate": gettext_lazy("certificate"),
    "left_out": gettext_lazy("left out"),
    "number": gettext_lazy("number"),
    "numerator": gettext_lazy("count"),
    "checked_at": gettext_lazy("levels that check"),
    "form": gettext_lazy("form"),
    "units": gettext_lazy("units asked"),
    "on": gettext_lazy("day"),
    "other": gettext_lazy("other place"),
    "password": gettext_lazy("password"),
    "path_after": gettext_lazy("path afterwards"),
    "path_before": gettext_lazy("path before"),
    "period": gettext_lazy("period"),
    "person": gettext_lazy("person"),
    "personal": gettext_lazy("with personal data"),
    "persons": gettext_lazy("persons"),
    "phone": gettext_lazy("telephone number"),
    "place": gettext_lazy("place"),
    "places": gettext_lazy("number of places"),
    "problem": gettext_lazy("problem"),
    "refused": gettext_lazy("refused rows"),
    "remark": gettext_lazy("remark"),
    "resident_id": gettext_lazy("resident number"),
    "rows": gettext_lazy("rows"),
    "sha256": gettext_lazy("digest"),
    "sheet": gettext_lazy("sheet"),
    "since": gettext_lazy("since"),
    "source": gettext_lazy("source"),
    "text_version": gettext_lazy("version of the text"),
    "until": gettext_lazy("until"),
    "uploaded_at": gettext_lazy("uploaded on"),
    "uploader_name": gettext_lazy("uploaded by"),
    "version": gettext_lazy("version"),
    "what": gettext_lazy("what"),
    "withdrawn": gettext_lazy("withdrawn"),
    "against": gettext_lazy("compared with"),
    "answers": gettext_lazy("answers"),
    "attendance": gettext_lazy("record of presence"),
    "browser": gettext_lazy("browser"),
    "checked": gettext_lazy("points checked"),
    "classes": gettext_lazy("classes"),
    "code": gettext_lazy("code"),
    "counted": gettext_lazy("minutes counted"),
    "details": gettext_lazy("particulars"),
    "device": gettext_lazy("device"),
    "domain": gettext_lazy("domain of service"),
    "doubt": gettext_lazy("doubt"),
    "emergency_name": gettext_lazy("emergency contact"),
    "emergency_phone": gettext_lazy("telephone of the emergency contact"),
    "enrolments": gettext_lazy("enrolments"),
    "evidence": gettext_lazy("evidence"),
    "handed_in": gettext_lazy("handed in"),
    "health": gettext_lazy("health declaration"),
    "held": gettext_lazy("sessions held"),
    "kind": gettext_lazy("kind"),
    "laid_out": gettext_lazy("sessions laid out"),
    "late": gettext_lazy("recorded late"),
    "left": gettext_lazy("left over"),
    "level": gettext_lazy("level"),
    "locked": gettext_lazy("figures locked"),
    "minutes": gettext_lazy("minutes"),
    "missing": gettext_lazy("units missing"),
    "name": pgettext_lazy("of a thing", "name"),
    "number_note": gettext_lazy("remark on the number"),
    "provisional": gettext_lazy("provisional"),
    "records": gettext_lazy("number of records"),
    "remarks": gettext_lazy("remarks on questions"),
    "reopened": gettext_lazy("reopened"),
    "role": gettext_lazy("role"),
    "seconds_ahead": gettext_lazy("clock ahead by so many seconds"),
    "serves": gettext_lazy("gives volunteer service"),
    "stated": gettext_lazy("stated"),
    "submitted_on": gettext_lazy("handed in on"),
    "taken": gettext_lazy("places taken"),
    "text": gettext_lazy("text"),
    "trainees": gettext_lazy("trainees"),
    "unchanged": gettext_lazy("without change"),
    "waits_at": gettext_lazy("waits for level"),
    "why": gettext_lazy("why"),
}
"""Columns and notes that carry no label of their own."""

EVENTS: dict[str, Reason] = {
    "added": gettext_lazy("set up"), "removed": gettext_lazy("taken away"), "refused": gettext_lazy("wrong code"),
}  # fmt: skip
"""What can happen to a second factor."""

PERSONAL: dict[str, Reason] = {
    "name": pgettext_lazy("of a person", "name"), "resident_id": gettext_lazy("resident number"),
    "phone": gettext_lazy("telephone number"),
}  # fmt: skip
"""What can be revealed of a person."""

ORIGINS: dict[str, Reason] = {
    "web": gettext_lazy("web page"), "api": gettext_lazy("API"), "system": gettext_lazy("the platform itself"),
}  # fmt: skip
"""Where an entry came from, by the first word of its origin; the rest is an address or a token."""

JOBS: dict[str, Reason] = {
    "background import": gettext_lazy("background import"), "demo": gettext_lazy("demo data"),
    "init": gettext_lazy("installation"), "recovery": gettext_lazy("resumed work"),
}  # fmt: skip
"""What the platform does by itself, by the name it signs with."""

CODES: Mapping[str, Mapping[str, Reason]] = {
    "activity.kind": {key: kind.label for key, kind in KINDS.items()},
    "findingstep.verb": {FOUND: gettext_lazy("Found")} | {verb: step.done for verb, step in STEPS.items()},
    "project.strains": dict(Limit.choices),
    "station.services": dict(Service.choices), "volunteer.availability": dict(HalfDay.choices),
    "volunteer.limits": dict(Limit.choices), "volunteer.skills": dict(Skill.choices),
}  # fmt: skip
"""The words of codes, by model and column, where the column does not declare them as its choices."""

CONTENTS = frozenset({"content", "definition"})
"""Columns that hold a form or a field: shown by what differs inside."""

TECHNICAL = frozenset(
    {
        "area_path", "asked_at", "asked_by", "attempts", "attribute", "batch_id", "batch_row", "blocked_by",
        "changed_by", "columns", "current", "cutoff", "did", "digest", "document_id", "entry_id", "facts", "hint",
        "importer", "initials", "language", "last_login", "layout", "mapping", "office_path", "phone_hash", "private",
        "ready", "replaces_id",
        "resident_hash", "series_id", "sha256", "short_name", "size", "stored", "subject", "subject_id",
        "submitted_by", "template_id", "top", "undo_entry_id", "uploaded_by", "value", "writers",
        "revision", "changed_at", "slot", "accept_entry", "answered_at", "answered_by", "as_of", "by_name", "confirmed_at",
        "confirmed_by", "contents", "credential", "data", "decided_at", "decided_by", "dims",
        "ended_by", "entered_by", "handed_by", "key", "mark", "nonce", "outliers",
        "payload", "public_key", "raised_at", "raised_by", "received_at", "recorded_at", "recorded_by",
        "registered_at", "serial", "signature", "source_id",
    }
)  # fmt: skip
"""Columns without a word of their own that say nothing to a reader, or what another column says."""

UNSAID = frozenset(
    {
        "account.last_login", "document.digest", "document.layout", "document.series", "report.document",
        "report.template", "trainingclass.series",
    }
)  # fmt: skip
"""Columns with a word for forms and pages that say nothing more to a reader of the trail, by model and name."""
