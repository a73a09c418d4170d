"""The type that documents are set in, put together from open fonts of the npm packages. `make assets` calls it.

Two of the packages hold whole fonts, which are copied. The third holds a font for web pages, cut into some hundred files;
these are put together again, for nothing but a browser can use them as they are. The result, with the licences beside it,
goes to yinling/office/fonts: git ignores it, the wheel carries it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont, newTable

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / "node_modules"
TARGET = ROOT / "yinling" / "office" / "fonts"

WHOLE = {
    "NotoSerifSC-Bold.ttf": NODE / "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
    "NotoSerifSC-Regular.ttf": NODE / "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    "NotoSerifSC-LICENSE.txt": NODE / "@expo-google-fonts/noto-serif-sc/LICENSE_FONT",
    "NotoSansHans-Medium.otf": NODE / "@embedpdf/fonts-sc/fonts/NotoSansHans-Medium.otf",
    "NotoSansHans-LICENSE.txt": NODE / "@embedpdf/fonts-sc/LICENSE",
    "LXGWWenKai-OFL.txt": NODE / "lxgw-wenkai-webfont/OFL.txt",
}
"""What is copied: the file here, and there."""

PIECES = NODE / "lxgw-wenkai-webfont" / "files"
CUT = {"LXGWWenKai-Light.ttf": "lxgwwenkai-light", "LXGWWenKai-Regular.ttf": "lxgwwenkai-regular"}
"""What is put together: the file here, and how the names of its pieces begin."""

DROPPED = (
    "GSUB", "GPOS", "GDEF", "BASE", "DSIG", "vhea", "vmtx", "VORG", "cvt ", "fpgm", "prep", "gasp", "FFTM", "bsln", "feat",
    "morx", "prop",
)  # fmt: skip
"""Tables of one piece that speak of that piece's glyphs alone, or of screens."""


def build() -> None:
    """Make what is missing or older than the lock file. Raises FileNotFoundError where the npm packages are not installed."""
    TARGET.mkdir(exist_ok=True)
    newest = (ROOT / "package-lock.json").stat().st_mtime
    wanted = [name for name in (*WHOLE, *CUT) if not _is_new(TARGET / name, newest)]
    for name in wanted:
        made = TARGET / f".{name}"
        if name in WHOLE:
            shutil.copyfile(WHOLE[name], made)
        else:
            join(sorted(PIECES.glob(f"{CUT[name]}-subset-*.woff2")), made)
        made.replace(TARGET / name)


def _is_new(path: Path, newest: float) -> bool:
    return path.exists() and path.stat().st_mtime >= newest


def join(pieces: list[Path], target: Path) -> None:
    """Write one TrueType font with the glyphs of all pieces. Where two hold a character, the first has it."""
    if not pieces:
        raise FileNotFoundError(f"no pieces for {target.name}: run make assets")
    font = TTFont(pieces[0], recalcTimestamp=False)
    order, glyphs = list(font.getGlyphOrder()), {name: font["glyf"][name] for name in font.getGlyphOrder()}
    widths, characters = dict(font["hmtx"].metrics), dict(font.getBestCmap())
    for path in pieces[1:]:
        piece = TTFont(path)
        renamed = {name: f"g{len(order) + number}" for number, name in enumerate(piece.getGlyphOrder())}
        for name, new in renamed.items():
            glyph = piece["glyf"][name]
            if glyph.isComposite():
                glyph.expand(piece["glyf"])
                for part in glyph.components:
                    part.glyphName = renamed[part.glyphName]
            glyphs[new], widths[new] = glyph, piece["hmtx"].metrics[name]
            order.append(new)
        for code, name in piece.getBestCmap().items():
            characters.setdefault(code, renamed[name])
    _assemble(font, order, glyphs, widths, characters)
    font.flavor = None  # plain, not compressed for the web
    font.save(target)


def _assemble(
    font: TTFont,
    order: list[str],
    glyphs: dict[str, object],
    widths: dict[str, tuple[int, int]],
    characters: dict[int, str],
) -> None:
    for tag in DROPPED:
        if tag in font:
            del font[tag]
    table = newTable("glyf")
    table.glyphs, table.glyphOrder = glyphs, order
    font.setGlyphOrder(order)
    font["glyf"], font["hmtx"].metrics = table, widths
    font["post"].formatType = 3.0
    # In a web font the tables of characters may be of one plane only; both are written anew.
    for cmap in font["cmap"].tables:
        cmap.cmap = characters if cmap.format == 12 else {c: n for c, n in characters.items() if c <= 0xFFFF}  # noqa: PLR2004
    family = font["name"].getDebugName(16) or font["name"].getDebugName(1)
    font["name"].names = [record for record in font["name"].names if record.nameID not in (16, 17)]
    font["name"].setName(family, 1, 3, 1, 0x409)


if __name__ == "__main__":
    try:
        build()
    except FileNotFoundError as missing:
        sys.exit(f"yinling: fonts: {missing}")
