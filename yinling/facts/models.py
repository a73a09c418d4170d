"""Tables of the audit trail and of the facts. Both are append-only: triggers in the database refuse every change."""

from __future__ import annotations

from django.db import models

from yinling.base.paths import PathField


class Chain(models.Model):
    """The head of the hash chain: one row. Updating it is what puts entries in one order, that of their commits."""

    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=bytes(32))


class Entry(models.Model):
    """One action: who did what, when, from where, with what change. `seq` is its place in the order of commits: whoever
    sees an entry also sees every entry with a lower `seq`, so a `seq` is a cut-off that no late writer can slip under."""

    id = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    origin = models.CharField(max_length=120, blank=True)
    area_path = PathField(db_index=False)
    subject = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=list)
    fact_count = models.BigIntegerField(default=0)
    fact_digest = models.DecimalField(max_digits=40, decimal_places=0, default=0)
    hash = models.BinaryField()

    class Meta:
        indexes = (
            models.Index("subject", "subject_id", name="entry_subject"),
            models.Index("area_path", "seq", name="entry_place"),
            models.Index("actor_id", "seq", name="entry_actor"),
        )


class Series(models.Model):
    """A kind of fact with one set of dimensions, interned: facts and totals carry its id."""

    kind = models.CharField(max_length=60)
    dims = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "dims"), name="series_once"),)


class Fact(models.Model):
    """What happened, how much, where, when, to whom, from which row, recorded by which action.

    `happened` is when it was so, the entry says when it became known. `settles` names the fact that this one cancels: the
    end of a stock, or, with `reversal`, the undoing of a mistake. Ends can be reversed, reversals cannot.
    References carry no database constraint, so that facts can be loaded by the million and spread over servers; `recheck`
    proves them instead.
    """

    entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False)
    series = models.ForeignKey(Series, models.DO_NOTHING, db_constraint=False, db_index=False)
    area_path = PathField()
    happened = models.DateField()
    quantity = models.DecimalField(max_digits=18, decimal_places=2)
    person_id = models.BigIntegerField(null=True)
    source_id = models.BigIntegerField()
    settles = models.ForeignKey("self", models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    reversal = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = (
            models.Index(
                fields=("series", "area_path", "happened"), include=("quantity", "person_id"), name="fact_figure"
            ),
            models.Index("happened", "series", name="fact_day"),
            models.Index("source_id", "series", name="fact_source"),
            models.Index("settles", name="fact_settles", condition=models.Q(settles__isnull=False)),
        )


class Total(models.Model):
    """Sums of facts by series, path and month, for the nation, provinces, prefectures and counties.

    Rows are deltas: an action adds its own, nobody updates, so writers never wait for each other; `compact` folds them.
    They are a copy: `recheck` compares them with the facts.
    """

    series = models.ForeignKey(Series, models.DO_NOTHING, db_constraint=False, db_index=False)
    area_path = PathField()
    month = models.DateField()
    facts = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=24, decimal_places=2)

    class Meta:
        indexes = (
            models.Index(fields=("series", "area_path", "month"), include=("quantity", "facts"), name="total_figure"),
        )


class Evidence(models.Model):
    """A file that shows an entry to be true. The file itself lies under its SHA-256 in the files folder."""

    entry_id = models.BigIntegerField(db_index=True)
    area_path = PathField()
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
