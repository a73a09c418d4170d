"""Desk pages of conferences."""
