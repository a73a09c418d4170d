"""The text of an agreement, made from the project: what, how, when, where, on which conditions, how safe, at which risk
(Order 685, 14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from yinling.activities.models import Project
from yinling.people import Qualification
from yinling.volunteers import Volunteer


def agreement_text(project: Project, volunteer: Volunteer, since: date, until: date) -> str:
    """The agreement in the language that is active, one clause a line. The volunteer is named by name and number."""
    clauses = [
        _("What is done: %(title)s. %(summary)s") % {"title": project.title, "summary": project.summary},
        _("How: in person, at the sessions the volunteer signs up for; nobody is assigned without agreeing."),
        _("When: from %(since)s to %(until)s, at the times announced for each session.")
        % {"since": since, "until": until},
        _("Where: %(place)s, at the venue announced for each session.") % {"place": project.place.name},
        _("Conditions: %(conditions)s") % {"conditions": "".join(_conditions(project))},
        _("Safety: %(safety)s") % {"safety": _safety(project)},
        _("Risks: %(risks)s") % {"risks": project.risks or _("none beyond those of daily life.")},
        _("The service is free of charge, and no payment is taken from those who are served. The hours are recorded truthfully; "
          "a certificate of them is free. Personal data is not published without the volunteer's own consent."),
        _("The volunteer may end this agreement at any time, and says so in time when unable to come."),
    ]  # fmt: skip
    heading = _("Volunteer service agreement between %(organiser)s and %(name)s (volunteer number %(number)s)")
    title = heading % {
        "organiser": project.organiser.name, "name": volunteer.person.name, "number": volunteer.number,
    }  # fmt: skip
    numbered = (f"{number}. {clause.strip()}" for number, clause in enumerate(clauses, 1))
    return "\n".join([title, *numbered])


def _conditions(project: Project) -> Iterator[str]:
    if project.least_age is not None:
        yield _("at least %(age)s years old; ") % {"age": project.least_age}
    if project.most_age is not None:
        yield _("at most %(age)s years old; ") % {"age": project.most_age}
    if project.needs_training:
        yield _("trained in: %(topic)s; ") % {"topic": project.needs_training}
    if project.needs_qualification:
        kinds = dict(Qualification.Kind.choices)
        kind = kinds.get(project.needs_qualification, project.needs_qualification)
        yield _("with a valid paper: %(kind)s; ") % {"kind": kind}
    yield _("in good health for this work, as the volunteer declares.")


def _safety(project: Project) -> str:
    if project.needs_insurance:
        return _(
            "The organiser insures the volunteer against accidents before the service begins, and explains the dangers."
        )
    return _("The organiser explains what has to be heeded, and stops the work when it is not safe.")
