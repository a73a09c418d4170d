"""Forms as data, filled once: rounds, filling, sign-off up the levels."""
