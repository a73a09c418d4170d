"""Writes of activities, a file for each thing they are about."""
