"""Tables of places, bodies, accounts and roles."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinling.base.crypto import EncryptedTextField
from yinling.base.password import SharedPassword
from yinling.base.paths import PathField
from yinling.base.rules import Grant


class Place(models.Model):
    """A node of the five-level tree. `name`, `code` and the parent are those of today; `PlaceChange` keeps earlier ones."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("province")
        PREFECTURE = 2, _("prefecture")
        COUNTY = 3, _("county")
        TOWNSHIP = 4, _("township")
        VILLAGE = 5, _("village or community")

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name=_("parent"))
    area_path = PathField(unique=True)
    level = models.SmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=24)
    name = models.CharField(_("name"), max_length=80)
    short_name = models.CharField(max_length=80, db_collation="C")
    initials = models.CharField(max_length=80, db_collation="C")
    code = models.CharField(_("statistical code"), max_length=12, blank=True, db_index=True, db_collation="C")
    opened = models.DateField(_("valid from"))
    closed = models.DateField(_("valid until"), null=True)
    made_up = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index("short_name", name="place_name"),
            models.Index("initials", name="place_initials"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="place_level"),
            models.CheckConstraint(
                condition=models.Q(closed__isnull=True) | models.Q(closed__gte=models.F("opened")), name="place_dates"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def with_parent(self) -> str:
        """The place with the one above it, both by their short names."""
        return f"{self.parent.short_name} {self.short_name}" if self.parent else self.short_name


class PlaceChange(models.Model):
    """What a place was before: an earlier name, code or parent, or what it was merged into or split from."""

    class What(models.TextChoices):
        NAME = "name", _("renamed")
        CODE = "code", _("code changed")
        MOVE = "move", _("moved")
        MERGE = "merge", _("merged into")
        SPLIT = "split", _("split from")
        CLOSE = "close", _("abolished")

    place = models.ForeignKey(Place, models.PROTECT, related_name="changes")
    area_path = PathField()
    what = models.CharField(max_length=8, choices=What)
    before = models.CharField(max_length=80, blank=True)
    after = models.CharField(max_length=80, blank=True)
    other = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    basis = models.CharField(max_length=200, blank=True)
    entry_id = models.BigIntegerField()


class Relocation(models.Model):
    """Where on today's map the area lies that a path meant before: kept for reading a series on the map as it is. Chains are
    resolved when they arise, so one look-up is enough."""

    old_path = PathField(unique=True)
    area_path = PathField()
    on = models.DateField()


class Body(models.Model):
    """A body at a place: bureau, office, association, institution, company, school, team."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("office of aging work")
        BUREAU = "bureau", _("bureau")
        ASSOCIATION = "association", _("elderly association")
        INSTITUTION = "institution", _("institution")
        COMPANY = "company", _("company")
        SCHOOL = "school", _("school")
        TEAM = "team", _("team")
        STATION = "station", _("service station")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    initials = models.CharField(max_length=120, db_collation="C")
    place = models.ForeignKey(Place, models.PROTECT, related_name="bodies", verbose_name=_("place"))
    area_path = PathField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="members", verbose_name=_("higher body"))
    uscc = models.CharField(_("credit code"), max_length=18, blank=True)
    founded = models.DateField(_("founded"))
    dissolved = models.DateField(_("dissolved"), null=True)
    withdrawn = models.BooleanField(default=False)
    batch_id = models.BigIntegerField(null=True)
    batch_row = models.IntegerField(null=True)

    class Meta:
        indexes = (
            models.Index("kind", "area_path", "id", name="body_place"),
            models.Index("batch_id", name="body_batch", condition=models.Q(batch_id__isnull=False)),
            models.Index(
                "id", name="body_gone", condition=models.Q(withdrawn=True) | models.Q(dissolved__isnull=False)
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("uscc",), name="body_uscc", condition=~models.Q(uscc="") & models.Q(withdrawn=False)
            ),
            models.UniqueConstraint(
                fields=("place", "kind", "name"),
                name="body_name",
                condition=models.Q(withdrawn=False, dissolved__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def why_gone(self, on: date) -> str:
        """Why it does nothing any more on a day, as a sentence; empty while it exists. It is gone from the very day on which
        it was dissolved; one that was taken out of the register has never been."""
        if self.withdrawn:
            return gettext("%(body)s was taken out of the register.") % {"body": self.name}
        if self.dissolved is not None and on >= self.dissolved:
            words = {"body": self.name, "day": self.dissolved}
            return gettext("%(body)s ended on %(day)s; from then on nothing is done in its name.") % words
        return ""


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """Somebody who can sign in."""

    username = models.CharField(_("sign-in name"), max_length=40, unique=True)
    display_name = models.CharField(_("name"), max_length=40)
    phone = EncryptedTextField(context="account.phone", blank=True, default="")
    phone_hash = models.CharField(max_length=80, null=True, unique=True)
    is_active = models.BooleanField(default=True)
    needs_second_factor = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    made_on = models.DateField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Accounts()

    held: tuple[date, tuple[Grant, ...]] | None = None
    """The roles held on a day, where the account was read together with them (see `queries.account_of_session`)."""

    def __str__(self) -> str:
        return self.display_name

    def set_password(self, raw_password: str | None) -> None:
        """As Django does; one that accounts share has been hashed already."""
        if isinstance(raw_password, SharedPassword):
            self.password = raw_password.hashed
        else:
            super().set_password(raw_password)

    def get_full_name(self) -> str:
        """The name shown on pages."""
        return self.display_name


class RoleHeld(models.Model):
    """A role that an account holds at a body for a time; it reaches down the subtree of the body's place."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator")
        OFFICER = "officer", _("officer")
        CLERK = "clerk", _("clerk")
        CHAIR = "chair", _("chair of an association")
        KEEPER = "keeper", _("keeper of a station or team")
        AUDITOR = "auditor", _("auditor")

    account = models.ForeignKey(Account, models.CASCADE, related_name="roles_held")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    area_path = PathField()
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")), name="role_dates"
            ),
        )


class Token(models.Model):
    """A key to the JSON API for one account. Only a hash of it is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")

    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=60)
    scope = models.CharField(_("scope"), max_length=8, choices=Scope, default=Scope.READ)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    expires_on = models.DateField(_("expires on"))
    ended_at = models.DateTimeField(null=True)


class Parameter(models.Model):
    """A number that a document sets at a place, for the place and all below it, from a day on."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    key = models.CharField(_("parameter"), max_length=60)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    since = models.DateField(_("from"))
    document = models.CharField(_("document"), max_length=120)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("area_path", "key", "since"), name="parameter_once"),)


class Installation(models.Model):
    """One row: what this database is."""

    demo = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ready = models.BooleanField(default=False)
