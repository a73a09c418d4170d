"""Accounts on pages: one's own, and their administration. Importing this declares the pages."""

from yinling.web.accounts import administration, own

__all__ = ["administration", "own"]
