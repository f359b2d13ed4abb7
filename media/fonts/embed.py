"""The letters of a bundled font that a page or a drawing needs, small enough to lie inside it."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

from media.fonts import FONT_FOLDER


@lru_cache(maxsize=8)
def font_face_css(family: str, file: str, text: str, *, weight: str, style: str = "normal") -> str:
    """An `@font-face` rule with the font's own letters for `text` inside it, as WOFF; the same bytes each time.

    Args:
        family: name the page uses.
        file: a file of `media/fonts`.
        text: every letter that is shown in it.
        weight: CSS weight or range of weights it stands for.
        style: CSS style.
    """
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = subset.Options(
        hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 13, 14], layout_features=["kern", "liga", "mark"]
    )
    with TTFont(FONT_FOLDER / file, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(set(text))))
        cutter.subset(font)
        font.flavor = "woff"
        held = io.BytesIO()
        font.save(held, reorderTables=True)
    encoded = base64.b64encode(held.getvalue()).decode()
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};font-display:swap;"
        f"src:url(data:font/woff;base64,{encoded}) format('woff')}}\n"
    )
