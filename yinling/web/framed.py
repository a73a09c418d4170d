"""What a page has around it, written out in Python as `printed` is: the rail, the way to it, what may be done on it, the
switches of type and language, the warning before a session ends.

The template engine took a quarter of the time of a page for them. They escape what they print as a template would; their
class names and attributes are a contract with the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from yinling.web.menu import Group
from yinling.web.page import address_of
from yinling.web.printed import Given, text


def rail(request: HttpRequest, shell: Given) -> SafeString:
    """Navigation by module, and who is signed in. `shell` as in desk.html: nav, person, office."""
    groups: tuple[Group, ...] = shell.get("nav") or ()
    here = tuple(url for _label, links in groups for _name, url in links if _is_current(request.path, url))
    parts = [
        f'<nav class="nav" aria-label="{escape(_("Modules"))}">\n{_modules(groups, here)}</nav>\n<footer class="who">\n'
    ]
    parts.append(f"<b>{escape(shell['person'])}</b>" if shell.get("person") else "")
    parts.append(f'{escape(shell.get("office") or "")}\n<div class="button-row">\n')
    parts += [large_type(request, "linklike"), other_language(request)]
    parts += [_leave(request) if shell.get("person") else "", "\n</div>\n</footer>\n"]
    return mark_safe("".join(parts))  # noqa: S308 - escaped above


def _is_current(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(address))


@lru_cache(maxsize=1024)
def _modules(groups: tuple[Group, ...], here: tuple[str, ...]) -> str:
    """The groups of the rail. The same for all who hold the same roles, wherever in a module they are."""
    return "".join(
        f"<section>{f'<h2>{escape(label)}</h2>' if label else ''}\n<ul>{_links(links, here)}</ul></section>\n"
        for label, links in groups
    )


def _links(links: Iterable[tuple[str, str]], here: tuple[str, ...]) -> str:
    return "".join(
        f'<li><a href="{escape(url)}"{CURRENT if url in here else ""}>{escape(label)}</a></li>' for label, url in links
    )


CURRENT = ' aria-current="page"'


def _leave(request: HttpRequest) -> str:
    button = f'<button class="linklike">{escape(_("Sign out"))}</button>'
    return f'<form method="post" action="{address_of("account_logout")}">{_token(request)}{button}</form>'


def crumbs(steps: Iterable[Given] | None) -> SafeString:
    """Where the page stands: steps of .label .url; the last is the page itself and needs no url."""
    *above, page = steps or (None,)
    said = "".join(f"<li>{_step(step)}</li>" for step in above)
    last = f'<ol>{said}<li><span aria-current="page">{text(page["label"])}</span></li></ol>' if page else ""
    here = escape(_("You are here"))
    return mark_safe(f'<nav class="crumbs" aria-label="{here}">{last}</nav>')  # noqa: S308 - escaped


def _step(step: Given) -> str:
    label = text(step["label"])
    return f'<a href="{text(step["url"])}">{label}</a>' if step.get("url") else f"<span>{label}</span>"


def actions(request: HttpRequest, buttons: Iterable[Given] | None) -> SafeString:
    """The buttons of a page: .label .url and if wanted .primary (at most one), .post (the action is a POST of nothing but its
    URL, e.g. "start again"), .dialog (id of a <dialog> that opens where there is a script)."""
    shown = "".join(_button(request, button) for button in buttons or ())
    return mark_safe(f'<div class="button-row">{shown}</div>' if shown else "")  # noqa: S308 - escaped


def verbs(request: HttpRequest, ways: Iterable[Given]) -> SafeString:
    """What may be done with a record, each as in `actions`; .reason says why not (then it is shown refused)."""
    shown = "".join(f"<li>{_refused(way) if way.get('reason') else _button(request, way)}</li>" for way in ways)
    return mark_safe(f'<ul class="verbs">{shown}</ul>')  # noqa: S308 - escaped


def _refused(way: Given) -> str:
    return f'<div class="denied">{text(way["label"])}<small>{text(way["reason"])}</small></div>'


def _button(request: HttpRequest, button: Given) -> str:
    label, url, primary = text(button["label"]), text(button["url"]), button.get("primary")
    if button.get("post"):
        likely = ' class="button-primary"' if primary else ""
        return f'<form method="post" action="{url}">{_token(request)}<button{likely}>{label}</button></form>'
    likely = " button-primary" if primary else ""
    dialog = f' data-dialog="{text(button["dialog"])}"' if button.get("dialog") else ""
    return f'<a class="button{likely}" href="{url}"{dialog}>{label}</a>'


def large_type(request: HttpRequest, button_class: str) -> SafeString:
    """The switch between normal and large type, everywhere on the site: posts `large` ("1" or "0") and `next` (the page to
    come back to) to the view `large-type`."""
    is_large = request.COOKIES.get("large") == "1"
    value, label = ("0", _("Normal type")) if is_large else ("1", _("Large type"))
    button = f'<button class="{button_class}" name="large" value="{value}">{escape(label)}</button>'
    return mark_safe(_form(request, "large-type", button))  # noqa: S308 - escaped above


def other_language(request: HttpRequest) -> SafeString:
    """The other languages, each as a button in its own language."""
    return mark_safe(_form(request, "set_language", _buttons(get_language() or "")))  # noqa: S308 - escaped above


@lru_cache(maxsize=8)
def _buttons(spoken: str) -> str:
    return "".join(
        f'<button class="linklike" name="language" value="{code}" lang="{code}">'
        f"{escape(get_language_info(code)['name_local'])}</button>"
        for code, _name in settings.LANGUAGES
        if code != spoken
    )


def idle(shell: Given) -> SafeString:
    """The warning before the session ends; the script opens it. `shell` as in desk.html: session_seconds, keepalive_url."""
    seconds, address = shell.get("session_seconds"), shell.get("keepalive_url")
    return _idle(seconds, address, get_language() or "") if seconds and address else SafeString("")


@lru_cache(maxsize=8)
def _idle(seconds: int, address: str, _spoken: str) -> SafeString:
    there, stay = escape(_("Are you still there?")), escape(_("Stay signed in"))
    ending = _(
        "Nothing was done for a while. In two minutes you will be signed out, and entries not yet saved will be lost."
    )
    ended = _("The session has ended. Sign in again to go on.")
    return mark_safe(  # noqa: S308 - escaped here
        f'<dialog id="idle" data-seconds="{seconds}" data-keepalive="{escape(address)}" aria-labelledby="idle-title">\n'
        f'<form method="dialog">\n<h2 id="idle-title">{there}</h2>\n<p data-ending>{escape(ending)}</p>\n'
        f"<p data-ended hidden>{escape(ended)}</p>\n"
        f'<div class="button-row"><button class="button-primary">{stay}</button></div>\n</form>\n</dialog>\n'
    )


def _form(request: HttpRequest, view: str, buttons: str) -> str:
    back = f'<input type="hidden" name="next" value="{escape(request.get_full_path())}">'
    return f'<form method="post" action="{address_of(view)}">{_token(request)}{back}{buttons}</form>'


def _token(request: HttpRequest) -> str:
    """The hidden field against forged requests; one for all forms of a page."""
    token: str | None = getattr(request, "_frame_token", None)
    if token is None:
        token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
        request._frame_token = token  # type: ignore[attr-defined]
    return token
