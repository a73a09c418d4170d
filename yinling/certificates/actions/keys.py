"""The keys that certificates are signed with: made at first use, replaced by a new pair when asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, change, create
from yinling.base.rules import Actor
from yinling.certificates.badges import Signer, new_private
from yinling.certificates.models import SigningKey
from yinling.certificates.rules import may_manage_keys
from yinling.network import Installation


def signer() -> Signer:
    """Whoever signs now, within an action; the first time, with a new key."""
    return Signer((_current() or _first()).private)


def _current() -> SigningKey | None:
    return SigningKey.objects.filter(ended_at__isnull=True).first()


def _first() -> SigningKey:
    # Two first certificates at once: one waits here, then finds the other's key.
    Installation.objects.select_for_update().first()
    return _current() or _make()


def _make() -> SigningKey:
    private = new_private()
    return create(SigningKey(did=Signer(private).did, private=private, made_at=clock.now()))


@action("certificates.rotate_key", label=gettext_lazy("Replace the signing key"), rule=may_manage_keys)
def rotate_key(*, by: Actor) -> SigningKey:
    """From now on certificates are signed with a new key. What the old one signed stays valid: its public half is kept, and
    stands in each credential anyway."""
    Installation.objects.select_for_update().first()
    old = _current()
    if old is not None:
        change(old, ended_at=clock.now())
    return _make()
