"""Forms of the account pages."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base import clock
from yinling.base.invalid import Invalid
from yinling.base.rules import Refused
from yinling.network import RoleHeld, Token

T = TypeVar("T")

LEGIBLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Characters nobody mistakes when a password is read out or copied from paper: no i, l, o, 0, 1."""
TEMPORARY_LENGTH: Final = 12


def temporary_password() -> str:
    """A random password to hand over on paper; its holder changes it at once (some 59 bits)."""
    return "".join(secrets.choice(LEGIBLE) for _number in range(TEMPORARY_LENGTH))


def today() -> date:
    """The first value of a date field."""
    return clock.today()


def saved(form: forms.Form, write: Callable[[], T]) -> T | None:
    """What an action returns, or None with the reason it gave on the form."""
    try:
        return write()
    except Refused as refused:
        form.add_error(None, str(refused.reason))
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
    except Invalid as invalid:
        form.add_error(None, str(invalid.message))
    return None


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("What it is for"), max_length=60)
    scope = forms.ChoiceField(label=_("What it may do"), choices=Token.Scope.choices, widget=forms.RadioSelect)


class ConfirmForm(forms.Form):
    """Nothing to enter: the button confirms."""


class PasswordForm(forms.Form):
    """A temporary password for somebody."""

    password = forms.CharField(
        label=_("Temporary password"),
        help_text=_("Hand it over in person. It must be changed at the next sign-in."),
        initial=temporary_password,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RoleForm(forms.Form):
    """A role from a day on."""

    role = forms.ChoiceField(label=_("Role"), choices=RoleHeld.Role.choices)
    since = forms.DateField(label=_("From"), initial=today)
    until = forms.DateField(label=_("Until (not including)"), required=False)

    def clean(self) -> dict[str, object]:
        """The end must not lie before the beginning."""
        values = self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("This lies before the beginning."))
        return values


class EndRoleForm(forms.Form):
    """The day a role ends."""

    on = forms.DateField(label=_("From this day on no longer"), initial=today)


class AccountForm(PasswordForm):
    """A new account with its first role."""

    display_name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=40)
    username = forms.CharField(
        label=_("Sign-in name"), max_length=40, help_text=_("Short and easy to remember; at least one letter.")
    )
    phone = forms.CharField(
        label=_("Phone number"), max_length=24, required=False, help_text=_("May be typed instead of the sign-in name.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=RoleHeld.Role.choices)
    field_order = ("display_name", "username", "phone", "role", "password")

    def clean_username(self) -> str:
        """Not a number alone: it could be the telephone number somebody else signs in with."""
        name = str(self.cleaned_data["username"])
        if not any(character.isalpha() for character in name):
            raise ValidationError(_("A sign-in name has at least one letter."))
        return name
