"""Frozen figures: what a figure was when something was issued with it."""

from __future__ import annotations

from django.db import models

from yinling.base.paths import PathField


class Frozen(models.Model):
    """A figure as it was known at a cut-off. Never changed: `figure(..., known_at=cutoff)` must always give it again."""

    measure = models.CharField(max_length=60)
    version = models.IntegerField()
    area_path = PathField()
    period = models.CharField(max_length=24)
    cutoff = models.BigIntegerField()
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    denominator = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    facts = models.BigIntegerField()
    digest = models.DecimalField(max_digits=40, decimal_places=0)
    frozen_at = models.DateTimeField()
    entry_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("area_path", "measure", name="frozen_place"),)
