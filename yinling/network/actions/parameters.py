"""Setting of parameters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, change, create, current
from yinling.base.rules import Actor
from yinling.network.models import Parameter, Place
from yinling.network.parameters import declared_parameter
from yinling.network.rules import may_set_parameters


@action("network.set_parameter", label=gettext_lazy("Set a parameter"), rule=may_set_parameters, on="place")
def set_parameter(*, place: Place, key: str, value: Decimal, since: date, document: str, by: Actor) -> Parameter:
    """From `since` on, `value` holds at the place and below it, as `document` (number, article) says. Setting it anew for
    the same day replaces the number."""
    declared = declared_parameter(key)
    if declared is None:
        raise ValidationError({"key": _("There is no such parameter.")})
    if not declared.least <= value <= declared.most:
        bounds = {"least": declared.least, "most": declared.most}
        raise ValidationError({"value": _("Give a number from %(least)s to %(most)s.") % bounds})
    if not document.strip():
        raise ValidationError({"document": _("Name the document that sets it.")})
    values = {"value": value, "document": document.strip(), "changed_by": current().entry_id}
    known = Parameter.objects.filter(area_path=place.area_path, key=key, since=since).first()
    if known is not None:
        return change(known, **values)
    return create(Parameter(place=place, area_path=place.area_path, key=key, since=since, **values))
