"""Supervision visits: what was found, who mends it by when, followed to closure."""
