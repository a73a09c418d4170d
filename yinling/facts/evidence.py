"""Evidence: files that show an entry to be true, kept under their own hash, so that none can be exchanged unseen."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yinling.base.action import create, current
from yinling.facts.models import Evidence

LARGEST = 20 * 1024 * 1024
SIGNATURES = {
    ".pdf": (b"%PDF-",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
}
"""The kinds of file taken as evidence, and how each begins: a name alone proves nothing."""


def attach(*, name: str, content: bytes, path: str) -> Evidence:
    """Keep a file as evidence of the running action. Raises ValidationError for a kind or size that is not taken."""
    ending = Path(name).suffix.lower()
    if ending not in SIGNATURES or not content.startswith(SIGNATURES[ending]):
        raise ValidationError({"evidence": _("Evidence is a PDF, a picture (JPG, PNG), a Word or an Excel file.")})
    if len(content) > LARGEST:
        raise ValidationError({"evidence": _("The file is larger than 20 MB.")})
    digest = hashlib.sha256(content).hexdigest()
    place = file_of(digest)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = place.with_suffix(f".{current().entry_id}")
        part.write_bytes(content)
        part.replace(place)  # whole or not at all
    return create(
        Evidence(
            entry_id=current().entry_id, area_path=path, name=Path(name).name[:200], size=len(content), sha256=digest
        )
    )


def file_of(digest: str) -> Path:
    """Where the file with this SHA-256 lies."""
    return Path(settings.MEDIA_ROOT) / "evidence" / digest[:2] / digest
