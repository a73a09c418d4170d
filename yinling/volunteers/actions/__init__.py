"""Every write of `volunteers`."""
