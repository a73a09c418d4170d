"""Devices at a session, as tests need them: they sign what they hand in as browsers do."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from yinling.activities import Session
from yinling.base.rules import Actor
from yinling.hours.checking_in import Handed, Ticket, hand_in_code, hand_in_mark, register_device
from yinling.hours.codes import Kind, code_at, step_at
from yinling.hours.models import Device
from yinling.hours.tickets import canonical, sealed
from yinling.people import Person
from yinling.volunteers import Volunteer

SECONDS = 30


def public_text(key: EllipticCurvePrivateKey) -> str:
    """The key as a browser exports it, in base64."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.b64encode(point).decode()


def signature(key: EllipticCurvePrivateKey, payload: str) -> str:
    """A signature in the form that browsers give."""
    r, s = decode_dss_signature(key.sign(payload.encode(), ECDSA(SHA256())))
    return base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()


def nonce() -> str:
    """A number used once."""
    return secrets.token_hex(16)


def shown(session: Session, moment: datetime, kind: Kind = "in", *, typed: bool = False) -> tuple[str, int]:
    """The code on the organiser's screen at a moment, and its step (0 where it is typed)."""
    step = step_at(moment.timestamp(), SECONDS)
    code = code_at(bytes(session.key), session.pk, kind, step)
    return (code.short, 0) if typed else (code.long, step)


@dataclass
class Phone:
    """A volunteer's telephone; its clock is `ahead` of the true one."""

    person: Person
    by: Actor
    ahead: timedelta = timedelta()
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    browser: str = "browser"
    _device: Device | None = None

    @property
    def volunteer(self) -> Volunteer:
        return Volunteer.objects.get(pk=self.person.pk)

    @property
    def device(self) -> Device:
        """Registered on first use."""
        if self._device is None:
            self._device = register_device(
                volunteer=self.volunteer, public_key_text=public_text(self.key), browser=self.browser, by=self.by
            )
        return self._device

    def letter(
        self, session: Session, moment: datetime, kind: Kind = "in", *, typed: bool = False, **other: object
    ) -> str:
        """What the telephone keeps when it sees the code at a moment."""
        code, step = shown(session, moment, kind, typed=typed)
        said = {
            "v": 1, "session": session.pk, "step": step, "code": code, "nonce": nonce(), "device": self.device.pk,
            "at": int((moment + self.ahead).astimezone(UTC).timestamp() * 1000), **other,
        }  # fmt: skip
        return canonical(said)

    def sign(self, payload: str) -> Handed:
        """The letter with its signature, ready to be handed in."""
        return Handed(payload, signature(self.key, payload), self.ahead, self.browser)

    def hand_in(self, handed: Handed) -> Ticket:
        """Back on the network: hand it in."""
        return hand_in_code(volunteer=self.volunteer, handed=handed, by=self.by)

    def scan(self, session: Session, moment: datetime, kind: Kind = "in", *, typed: bool = False) -> Ticket:
        """See the code at a moment, hand it in now."""
        return self.hand_in(self.sign(self.letter(session, moment, kind, typed=typed)))


@dataclass
class Host:
    """The organiser's device, prepared for a session; its clock is `ahead` of the true one."""

    session: Session
    by: Actor
    ahead: timedelta = timedelta()

    def letter(self, person: Person, moment: datetime, kind: Kind = "in", **other: object) -> str:
        """What the device keeps when its holder taps a name."""
        said = {
            "v": 1, "session": self.session.pk, "person": person.pk, "kind": kind, "nonce": nonce(),
            "at": int((moment + self.ahead).astimezone(UTC).timestamp() * 1000),
            "ahead": int(self.ahead.total_seconds() * 1000), **other,
        }  # fmt: skip
        return canonical(said)

    def seal(self, payload: str) -> Handed:
        """The letter with its seal, ready to be handed in."""
        return Handed(payload, sealed(bytes(self.session.key), payload), self.ahead)

    def hand_in(self, handed: Handed) -> Ticket:
        """Back on the network: hand it in."""
        return hand_in_mark(session=self.session, handed=handed, by=self.by)

    def sign(self, person: Person, moment: datetime, kind: Kind = "in") -> Ticket:
        """See somebody come or go at a moment, hand it in now."""
        return self.hand_in(self.seal(self.letter(person, moment, kind)))
