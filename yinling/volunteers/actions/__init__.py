"""Every write about volunteers, one at a time (many at once: `bulk`)."""
