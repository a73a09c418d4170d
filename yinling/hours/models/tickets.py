"""Tables of what is handed in to show that they were at a session, at once or after hours without a network."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.activities import Session
from yinling.base.paths import PathField
from yinling.hours.models.attendance import Attendance, Source
from yinling.network import Account
from yinling.people import Person


class Device(models.Model):
    """A browser in which somebody checks in without a network. What it signs, `public_key` (a point of P-256, base64) proves;
    the other half of the key cannot be read out of the browser. `browser` is a keyed hash that is the same for everybody who
    uses the browser."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="devices")
    area_path = PathField()
    public_key = models.CharField(max_length=100, unique=True)
    browser = models.CharField(max_length=80)
    registered_at = models.DateTimeField()


class Way(models.TextChoices):
    """Which half of the evidence a ticket is."""

    CODE = "code", _("code of the session")
    MARK = "mark", _("counter-sign of the organiser")


class TicketState(models.TextChoices):
    """What became of a ticket."""

    ACCEPTED = "accepted", pgettext_lazy("a ticket", "accepted")
    WAITING = "waiting", pgettext_lazy("a ticket", "waits for the record that the person came")
    REFUSED = "refused", pgettext_lazy("a ticket", "refused")


class Fault(models.TextChoices):
    """Why a ticket is refused."""

    EXPIRED = "expired", _("This code has expired. Scan or type the one that is shown now.")
    WRONG = "wrong", _("This is not a code of this session. Look at the screen again.")
    EARLY = "early", _("This code is not valid yet: the clock of the organiser's device is ahead.")
    OTHER_TIME = "other_time", _("This session is not being held now.")
    LOCKED = "locked", _("Too many wrong codes. Wait ten minutes, or ask the organiser to tick your name.")
    SESSION = "session", _("There is no such session, or it was cancelled.")
    SIGNATURE = "signature", _("The signature is not right: this record was changed or comes from another device.")
    DEVICE = "device", _("This record was made on a device that belongs to another account.")
    REPEATED = "repeated", _("The number of this record was used before for another one.")
    UNREADABLE = "unreadable", _("This record cannot be read.")
    PERSON = "person", _("The person is not known here.")
    RULED_OUT = "ruled_out", _("It cannot be recorded.")


class Ticket(models.Model):
    """A code that somebody handed in, or a person whom the organiser's device counter-signed: one half of the evidence for an
    attendance, kept as it came whether it is accepted or not.

    `at` is the moment it proves, by the server's clock; `made_at` what the device's clock said, corrected by how much it was
    off when it sent; `late`: it came too long afterwards to be good evidence. `payload` and `signature` are the very text
    that was signed (empty: handed in at once, over a signed-in connection). `doubt` says why somebody should look at it
    though it holds. `handed_by` is an account number."""

    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="tickets")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="tickets")
    attendance = models.ForeignKey(Attendance, models.PROTECT, null=True, related_name="tickets")
    device = models.ForeignKey(Device, models.SET_NULL, null=True, related_name="tickets")
    area_path = PathField()
    way = models.CharField(_("evidence"), max_length=4, choices=Way)
    kind = models.CharField(max_length=3, blank=True)
    source = models.CharField(max_length=8, choices=Source, blank=True)
    at = models.DateTimeField(_("time"), null=True)
    made_at = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=40, blank=True)
    payload = models.TextField(blank=True)
    signature = models.CharField(max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=TicketState)
    fault = models.CharField(_("why"), max_length=12, choices=Fault, blank=True)
    why = models.CharField(max_length=200, blank=True)
    doubt = models.CharField(max_length=400, blank=True)
    late = models.BooleanField(default=False)
    handed_by = models.BigIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index("handed_by", "received_at", name="ticket_handed"),
            models.Index("attendance", name="ticket_attendance", condition=models.Q(attendance__isnull=False)),
        )
        constraints = (
            # A ticket whose answer got lost on the way is sent again: it is the same ticket.
            models.UniqueConstraint(fields=("handed_by", "nonce"), name="ticket_once", condition=~models.Q(nonce="")),
        )

    @property
    def reason(self) -> str:
        """Why it was refused, for whoever handed it in; empty where it was not."""
        if not self.fault:
            return ""
        said = str(Fault(self.fault).label)
        return f"{said} {self.why}" if self.why else said
