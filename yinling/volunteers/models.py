"""Tables of volunteers: who serves, in which teams and at which stations, and what covers them.

What law asks of each: Regulations on Volunteer Service (Order 685) 7, 15 to 17, 19; MZ/T 061-2015 (the volunteer's own
number instead of the identity number)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.crypto import EncryptedTextField
from yinling.base.masking import mask_name, mask_phone
from yinling.base.paths import PathField
from yinling.network import Account, Body, Place
from yinling.people import Person


class Source(models.TextChoices):
    """How a volunteer came to be registered."""

    UNIT = "unit", _("recommended by a unit")
    COMMUNITY = "community", _("recruited by a community")
    ONLINE = "online", _("registered online")


class State(models.TextChoices):
    """Where a volunteer stands. Only `active` ones may be given service."""

    APPLIED = "applied", pgettext_lazy("a volunteer", "to be verified")
    ACTIVE = "active", pgettext_lazy("a volunteer", "registered")
    PAUSED = "paused", pgettext_lazy("a volunteer", "paused")
    LEFT = "left", pgettext_lazy("a volunteer", "left")
    DECEASED = "deceased", _("deceased")
    REFUSED = "refused", pgettext_lazy("a volunteer", "not registered")
    WITHDRAWN = "withdrawn", pgettext_lazy("a volunteer", "taken out with an import")


class Field(models.TextChoices):
    """Professional background (a volunteer without one has none of these)."""

    TEACHING = "teaching", _("teaching")
    MEDICINE = "medicine", _("medicine and health")
    LAW = "law", _("law")
    AGRICULTURE = "agriculture", _("agriculture and water")
    ENGINEERING = "engineering", _("engineering and technology")
    CULTURE = "culture", _("culture and art")
    FINANCE = "finance", _("finance and audit")
    MANAGEMENT = "management", _("management")
    OTHER = "other", pgettext_lazy("a profession", "other profession")


class Service(models.TextChoices):
    """What a service station offers."""

    POLICY = "policy", _("explaining policies")
    LAW = "law", _("legal advice")
    HEALTH = "health", _("health advice and measurements")
    CHILDREN = "children", _("care of children after school")
    ELDERS = "elders", _("visits to elders who live alone")
    ERRANDS = "errands", _("errands and repairs")
    MEDIATION = "mediation", _("mediation between neighbours")
    CULTURE = "culture", _("culture, reading and sport")
    DIGITAL = "digital", _("help with smartphones")
    FARMING = "farming", _("advice on farming")
    MATCHING = "matching", _("registration and placing of volunteers")


class Skill(models.TextChoices):
    """What a volunteer can do, as projects ask for it."""

    LECTURING = "lecturing", _("explaining policy")
    TUTORING = "tutoring", _("teaching children")
    CLINIC = "clinic", _("free clinic")
    NURSING = "nursing", _("nursing and care")
    LEGAL = "legal", _("legal advice")
    MEDIATION = "mediation", _("mediation")
    FARMING = "farming", _("farming techniques")
    PHONES = "phones", _("help with smartphones")
    WRITING = "writing", _("writing and editing")
    PAINTING = "painting", _("calligraphy and painting")
    STAGE = "stage", _("opera, music and dance")
    SPORT = "sport", _("sport and fitness")
    HAIRCUT = "haircut", _("haircuts")
    REPAIR = "repair", _("repairs")
    VISITING = "visiting", _("visiting and keeping company")
    PATROL = "patrol", _("patrols and order")


class Limit(models.TextChoices):
    """What somebody says not to be able to do; a project names what its work asks by the same keys (Order 685, 15)."""

    LIFTING = "lifting", _("heavy lifting")
    LADDERS = "ladders", _("climbing ladders")
    NIGHT = "night", _("going out at night")
    ALONE = "alone", _("working alone")
    WEATHER = "weather", _("great heat or cold")
    STANDING = "standing", _("standing for long")


LIMITS: tuple[str, ...] = tuple(Limit.values)
"""The keys of limits and strains."""


class HalfDay(models.TextChoices):
    """The half days of a week on which somebody has time."""

    MON_AM = "mon-am", _("Monday morning")
    MON_PM = "mon-pm", _("Monday afternoon")
    TUE_AM = "tue-am", _("Tuesday morning")
    TUE_PM = "tue-pm", _("Tuesday afternoon")
    WED_AM = "wed-am", _("Wednesday morning")
    WED_PM = "wed-pm", _("Wednesday afternoon")
    THU_AM = "thu-am", _("Thursday morning")
    THU_PM = "thu-pm", _("Thursday afternoon")
    FRI_AM = "fri-am", _("Friday morning")
    FRI_PM = "fri-pm", _("Friday afternoon")
    SAT_AM = "sat-am", _("Saturday morning")
    SAT_PM = "sat-pm", _("Saturday afternoon")
    SUN_AM = "sun-am", _("Sunday morning")
    SUN_PM = "sun-pm", _("Sunday afternoon")


class Volunteer(models.Model):
    """A person who serves. `number` stands for the identity number wherever a volunteer is named in public. `unit` is the
    retired-cadre or recommending unit; `account` the person's own sign-in, if there is one; `limits` what the person says
    not to be able to do, `availability` half days such as `mon-am`. `entered_by` names who typed the registration where that
    was not the volunteer. Of two records of one human being the one given up points to the other (`merged_into`)."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="volunteer")
    area_path = PathField()
    number = models.CharField(_("volunteer number"), max_length=20, unique=True)
    source = models.CharField(_("registered by way of"), max_length=12, choices=Source)
    state = models.CharField(_("state"), max_length=12, choices=State)
    unit = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="+", verbose_name=pgettext_lazy("of people", "unit")
    )
    unit_name = models.CharField(_("unit as written"), max_length=120, blank=True, default="")
    """What the volunteer wrote where the unit is no registered body (yet)."""
    retired_cadre = models.BooleanField(_("retired cadre"), default=False)
    profession = models.CharField(_("professional background"), max_length=16, choices=Field, blank=True)
    title = models.CharField(_("professional title"), max_length=40, blank=True)
    skills = models.JSONField(_("skills"), default=list)
    availability = models.JSONField(_("time available"), default=list)
    limits = models.JSONField(_("limits"), default=list)
    health_declared_on = models.DateField(_("health declared on"), null=True)
    emergency_name = EncryptedTextField(context="volunteer.emergency_name", blank=True, default="")
    emergency_phone = EncryptedTextField(context="volunteer.emergency_phone", blank=True, default="")
    account = models.OneToOneField(Account, models.SET_NULL, null=True, related_name="volunteer")
    registered_on = models.DateField(_("registered on"))
    verified_on = models.DateField(_("verified on"), null=True)
    verified_by = models.CharField(_("verified by"), max_length=80, blank=True)
    entered_by = models.CharField(_("entered by"), max_length=80, blank=True, default="")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("merged into"))
    batch_id = models.BigIntegerField(null=True)
    batch_row = models.IntegerField(null=True)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index("area_path", "state", "person", name="volunteer_place"),
            models.Index("batch_id", name="volunteer_batch", condition=models.Q(batch_id__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.person.masked_name} {self.number}"


class Claim(models.Model):
    """Somebody applied under an identity number that the register already has: a clerk decides, the document in hand.

    `name`, `phone` and `details` (JSON) are what was typed; `account` the sign-in that was opened with it, tied to nobody
    until the claim is approved."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("a claim", "to be decided")
        APPROVED = "approved", pgettext_lazy("a claim", "approved")
        REFUSED = "refused", pgettext_lazy("a claim", "refused")

    person = models.ForeignKey(Person, models.PROTECT, related_name="claims")
    area_path = PathField()
    name = models.CharField(_("name given"), max_length=40)
    phone = EncryptedTextField(context="claim.phone", blank=True, default="")
    details = EncryptedTextField(context="claim.details", blank=True, default="")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    account = models.OneToOneField(Account, models.SET_NULL, null=True, related_name="claim")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    made_on = models.DateField(_("made on"))
    decided_on = models.DateField(pgettext_lazy("a claim", "decided on"), null=True)
    decided_by = models.CharField(pgettext_lazy("a claim", "decided by"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("area_path", "id", name="claim_waiting", condition=models.Q(state="waiting")),)

    @property
    def masked_name(self) -> str:
        """张*明"""
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        """First three and last four digits."""
        return mask_phone(self.phone) if self.phone else ""


class Team(models.Model):
    """A volunteer team: a body of the kind `team`. `domain` is the code of its domain of service; `expert`: it can give
    high-end professional service; an unregistered group is `supervised_by` a body."""

    body = models.OneToOneField(Body, models.PROTECT, primary_key=True, related_name="team")
    area_path = PathField()
    domain = models.CharField(_("domain"), max_length=24, blank=True)
    expert = models.BooleanField(_("expert team"), default=False)
    leader = models.ForeignKey(Volunteer, models.PROTECT, null=True, related_name="+", verbose_name=_("leader"))
    supervised_by = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="+", verbose_name=_("supervised by")
    )
    changed_by = models.BigIntegerField()

    def __str__(self) -> str:
        return self.body.name


class TeamMember(models.Model):
    """A volunteer belongs to a team from a day to a day. Nobody is put into a team (Order 685, 25): a membership begins as
    an invitation or a request, and `agreed` says how the volunteer agreed, `joined` that the team did too."""

    class Agreed(models.TextChoices):
        ONLINE = "online", pgettext_lazy("to a membership", "online")
        SPOKEN = "spoken", pgettext_lazy("to a membership", "in person")
        SIGNED = "signed", pgettext_lazy("to a membership", "on paper")

    team = models.ForeignKey(Team, models.PROTECT, related_name="members")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="memberships")
    area_path = PathField()
    agreed = models.CharField(_("agreed"), max_length=8, choices=Agreed, blank=True, default="")
    joined = models.BooleanField(_("belongs to the team"), default=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("team", "volunteer"), name="team_member_once", condition=models.Q(until__isnull=True)
            ),
        )


class Station(models.Model):
    """A service station: a body of the kind `station`, with its opening hours and what it offers (values of `Service`)."""

    body = models.OneToOneField(Body, models.PROTECT, primary_key=True, related_name="station")
    area_path = PathField()
    address = models.CharField(_("address"), max_length=120, blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=120, blank=True)
    services = models.JSONField(_("services"), default=list)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    area = models.DecimalField(_("area in m²"), max_digits=9, decimal_places=2, null=True)
    staff = models.PositiveSmallIntegerField(_("full-time staff"), default=0)
    changed_by = models.BigIntegerField()

    def __str__(self) -> str:
        return self.body.name


class StationArea(models.Model):
    """A place (street, town, village) that a station serves, its own among them. That a place is not served twice at a time
    is seen to where it is written: when places are merged, what two rows say becomes the same."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="areas")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    area_path = PathField()
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True)


class Policy(models.Model):
    """An accident insurance that a body bought for volunteers (Order 685, 17). Ages are whole years on the day of service,
    both ends included; `covers_all`: everybody registered under its path, else only those listed in `Covered`."""

    holder = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("bought by"))
    area_path = PathField()
    insurer = models.CharField(_("insurer"), max_length=80)
    number = models.CharField(_("policy number"), max_length=40)
    since = models.DateField(_("valid from"))
    until = models.DateField(_("valid until"))
    least_age = models.PositiveSmallIntegerField(_("least age"), null=True)
    most_age = models.PositiveSmallIntegerField(_("greatest age"), null=True)
    covers_travel = models.BooleanField(_("covers the way there and back"), default=False)
    covers_all = models.BooleanField(_("covers every registered volunteer of the area"), default=False)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("insurer", "number"), name="policy_once", condition=models.Q(withdrawn=False)
            ),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="policy_dates"),
        )

    def __str__(self) -> str:
        return f"{self.insurer} {self.number}"


class Covered(models.Model):
    """A volunteer named in a policy, from a day to a day."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="covered")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="cover")
    area_path = PathField()
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("policy", "volunteer"), name="covered_once", condition=models.Q(until__isnull=True)
            ),
        )


class Training(models.Model):
    """A volunteer was trained in a topic (Order 685, 16). Time of training is apart from service and counts no hours."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="trainings")
    area_path = PathField()
    topic = models.CharField(_("topic"), max_length=60)
    organiser = models.CharField(_("organised by"), max_length=120)
    held_on = models.DateField(pgettext_lazy("a training", "held on"))
    minutes = models.PositiveIntegerField(_("length in minutes"))
    valid_until = models.DateField(_("valid until"), null=True)
    passed = models.BooleanField(_("passed"), default=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    entry_id = models.BigIntegerField()


class Roll(models.Model):
    """How many retired cadres a unit has, from a day on: what the participation rate is a share of."""

    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("of people", "unit"))
    area_path = PathField()
    people = models.PositiveIntegerField(_("retired cadres"))
    since = models.DateField(_("from"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("unit", "since"), name="roll_once", condition=models.Q(withdrawn=False)),
        )
