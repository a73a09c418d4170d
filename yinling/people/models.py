"""Tables of persons: each human being once, identity encrypted."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.base.crypto import EncryptedTextField
from yinling.base.masking import mask_name, mask_phone, mask_resident_id
from yinling.base.paths import PathField
from yinling.network import Body, Place


class Person(models.Model):
    """One human being. Number and telephone are kept encrypted, with a keyed hash to find them by and what a mask shows.
    Of two records of one human being the one given up is withdrawn and points to the other (`merged_into`)."""

    class Sex(models.TextChoices):
        MALE = "male", _("male")
        FEMALE = "female", _("female")

    name = models.CharField(_("name"), max_length=40)
    initials = models.CharField(max_length=40, db_collation="C")
    sex = models.CharField(_("sex"), max_length=6, choices=Sex, blank=True)
    birth = models.DateField(_("date of birth"), null=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    resident_id = EncryptedTextField(context="person.resident_id", blank=True, default="")
    resident_hash = models.CharField(max_length=80, blank=True, default="")
    phone = EncryptedTextField(context="person.phone", blank=True, default="")
    phone_hash = models.CharField(max_length=80, blank=True, default="")
    withdrawn = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("merged into"))
    batch_id = models.BigIntegerField(null=True)
    batch_row = models.IntegerField(null=True)

    class Meta:
        indexes = (
            models.Index("area_path", "id", name="person_place"),
            models.Index("initials", name="person_initials"),
            models.Index("name", name="person_name"),
            models.Index("phone_hash", name="person_phone", condition=~models.Q(phone_hash="")),
            models.Index("batch_id", name="person_batch", condition=models.Q(batch_id__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("resident_hash",),
                name="person_once",
                condition=~models.Q(resident_hash="") & models.Q(withdrawn=False),
            ),
        )

    def __str__(self) -> str:
        return self.masked_name

    def age_on(self, day: date) -> int | None:
        """Completed years on a day; None where the date of birth is not known."""
        if self.birth is None:
            return None
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))

    @property
    def masked_name(self) -> str:
        """张*明"""
        return mask_name(self.name)

    @property
    def masked_resident_id(self) -> str:
        """First six and last four characters."""
        return mask_resident_id(self.resident_id) if self.resident_id else ""

    @property
    def masked_phone(self) -> str:
        """First three and last four digits."""
        return mask_phone(self.phone) if self.phone else ""


class Consent(models.Model):
    """A person's consent to one purpose (PIPL 14-16, 29): which text, when, how given, who helped; or its withdrawal."""

    class Purpose(models.TextChoices):
        REGISTER = "register", _("keeping the register")
        SENSITIVE = "sensitive", _("sensitive information")
        PUBLICITY = "publicity", _("publication of the name")

    class Way(models.TextChoices):
        SIGNED = "signed", _("signed on paper")
        SPOKEN = "spoken", _("said in person")
        ONLINE = "online", _("given online")

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    area_path = PathField()
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    text_version = models.CharField(max_length=16)
    way = models.CharField(_("given how"), max_length=8, choices=Way)
    helped_by = models.CharField(_("helped by"), max_length=40, blank=True)
    given_on = models.DateField(_("given on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)


class Position(models.Model):
    """A person's office in a body, for a term. `village_officer`: also serves on the village or community committee."""

    class Title(models.TextChoices):
        CHAIR = "chair", _("chair")
        VICE_CHAIR = "vice_chair", _("vice chair")
        SECRETARY = "secretary", _("secretary")

    person = models.ForeignKey(Person, models.PROTECT, related_name="positions")
    body = models.ForeignKey(Body, models.PROTECT, related_name="positions")
    area_path = PathField()
    title = models.CharField(_("position"), max_length=16, choices=Title)
    village_officer = models.BooleanField(_("village or community officer"), default=False)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True)
    term_ends = models.DateField(_("term ends"), null=True)
    batch_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index("area_path", "term_ends", name="position_term"),
            models.Index("batch_id", name="position_batch", condition=models.Q(batch_id__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("body",), name="one_chair", condition=models.Q(title="chair", until__isnull=True)
            ),
        )


class Qualification(models.Model):
    """A paper a person holds: a skill-grade certificate, a licence, what a training ended with. `number_note` says what a
    check of the number gave; a paper is never refused for its number alone, old and foreign ones are numbered otherwise."""

    class Kind(models.TextChoices):
        SKILL_GRADE = "skill_grade", _("skill-grade certificate")
        VOCATIONAL = "vocational", _("vocational qualification (until 2019)")
        ONE_PLUS_X = "one_plus_x", _("1+X certificate")
        LICENCE = "licence", _("licence to practise")
        SUPERVISOR = "supervisor", _("supervisor")
        EXAMINER = "examiner", _("examiner")
        TEACHER = "teacher", _("qualified teacher")
        TRAINING = "training", _("training certificate")
        OTHER = "other", _("other paper")

    person = models.ForeignKey(Person, models.PROTECT, related_name="qualifications")
    area_path = PathField()
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    title = models.CharField(_("title"), max_length=80)
    grade = models.PositiveSmallIntegerField(_("grade"), null=True)
    number = models.CharField(_("number"), max_length=40, blank=True)
    number_note = models.CharField(max_length=40, blank=True)
    issuer = models.CharField(_("issued by"), max_length=120)
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("valid until"), null=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    batch_id = models.BigIntegerField(null=True)
    batch_row = models.IntegerField(null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("area_path", "kind", "id", name="qualification_place"),)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "number"),
                name="qualification_once",
                condition=~models.Q(number="") & models.Q(withdrawn=False),
            ),
        )

    def __str__(self) -> str:
        return self.title
