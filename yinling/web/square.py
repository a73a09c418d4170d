"""Square codes in pages: as the outline of their dark fields, which needs no style and no picture file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Square:
    """A square code (ISO/IEC 18004): its side in fields, the quiet margin included, and the path of the dark ones."""

    side: int
    path: str


def square(text: str) -> Square:
    """The square code of a text, with the margin of four fields that readers need."""
    # Only now: it takes a while to load, and most processes never draw one.
    import qrcode

    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on]
    return Square(len(rows), "".join(dark))
