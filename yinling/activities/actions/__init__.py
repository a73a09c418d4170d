"""Every write of `activities`."""
