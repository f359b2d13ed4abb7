"""A lead sheet on paper: A4 pages as SVG, all of them as one PDF, and the first as a PNG.

Verovio engraves the music; the pages, titles, chord symbols and section names are drawn here in the bundled fonts.
The same lead sheet gives the same bytes: no dates, no random names, no fonts of the machine.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from media.fonts import FONT_FOLDER
from media.notation.lettering import font_faces, text, width
from media.notation.line_breaks import planned_systems
from media.notation.musicxml import lead_sheet_for_engraving
from media.notation.systems import LINE_MM, MARGIN_MM, Engraved, System, bar_widths, engrave_systems
from schemas.errors import MediaError
from schemas.music import LeadSheet
from schemas.plan import SectionSpan

PAGE_WIDTH, PAGE_HEIGHT = 21_000, 29_700
"""A4 in hundredths of a millimetre, the unit of every measure here."""

FOOTER = "Made with Hibari · AI-generated"
_LEFT, _RIGHT = MARGIN_MM * 100, PAGE_WIDTH - MARGIN_MM * 100
_FIRST_TOP, _TOP, _BOTTOM = 5_300, 1_900, PAGE_HEIGHT - 2_000
_GAPS, _WIDEST_GAP, _SECTION_ROOM = (640, 540, 440, 340, 280), 1_000, 560
_INK, _GREY = "#16161a", "#6b6b73"


class EngravedSheet(NamedTuple):
    """A lead sheet engraved: one SVG a page, the PDF of all pages, a PNG of the first (1,240 x 1,754 px)."""

    pages: tuple[bytes, ...]
    pdf: bytes
    first_page_png: bytes


class _Placed(NamedTuple):
    """A system on its page: which it is and where its upper staff line lies."""

    number: int
    staff_y: float


def engrave_lead_sheet(lead: LeadSheet, *, artist: str, credits: str = "") -> EngravedSheet:
    """Engraves a lead sheet.

    Args:
        lead: the song; sections begin new systems, four bars or fewer each, which are alike within a section.
        artist: the name under the title.
        credits: a line at the right under the title, e.g. 'Words and music: …'.

    Raises:
        MediaError: the music could not be engraved.
    """
    widths = bar_widths(lead_sheet_for_engraving(lead, frozenset(range(1, lead.bars))))
    plan = planned_systems(lead.sections, widths, LINE_MM * 100)
    breaks = frozenset(system.first_bar for system in plan[1:])
    short = frozenset(number for number, system in enumerate(plan) if system.is_short)
    engraved = engrave_systems(lead_sheet_for_engraving(lead, breaks), short)
    if len(engraved.systems) != len(plan):
        raise MediaError(
            f"the engraver made {len(engraved.systems)} systems of {len(plan)}: a bar is too full to be engraved"
        )
    starts = {section.first_bar: section for section in lead.sections}
    labels = [starts.get(system.first_bar) for system in plan]
    pages = _paged(engraved.systems, labels)
    drawn = [
        _page(lead, engraved, labels, placed, number, len(pages), artist, credits)
        for number, placed in enumerate(pages, start=1)
    ]
    css = font_faces("".join(drawn) + FOOTER)
    bare = [_document(body, engraved.definitions, "") for body in drawn]
    return EngravedSheet(
        pages=tuple(_document(body, engraved.definitions, css).encode() for body in drawn),
        pdf=_pdf(bare, lead.title, artist),
        first_page_png=page_png(bare[0]),
    )


def page_png(svg: str, width_px: int = 1_240) -> bytes:
    """A page as PNG on white, in the bundled fonts only."""
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            background="#ffffff",
            width=width_px,
            dpi=96,
            font_dirs=[str(FONT_FOLDER)],
            skip_system_fonts=True,
        )
    )


def _paged(systems: tuple[System, ...], labels: list[SectionSpan | None]) -> list[list[_Placed]]:
    """Systems on as few pages as can be, as far apart as these pages allow."""
    heights = [_height(system, label) for system, label in zip(systems, labels, strict=True)]
    pages = min((_filled(heights, labels, gap) for gap in _GAPS), key=len)
    return [_spread(page, systems, labels, _TOP if number else _FIRST_TOP) for number, page in enumerate(pages)]


def _filled(heights: list[float], labels: list[SectionSpan | None], gap: float) -> list[list[int]]:
    """The systems of each page, `gap` apart at least; a page turns before a section if it can."""
    pages: list[list[int]] = []
    first = 0
    while first < len(heights):
        room, end = float(_BOTTOM - (_TOP if pages else _FIRST_TOP)) + gap, first
        while end < len(heights) and (end == first or heights[end] + gap <= room):
            room -= heights[end] + gap
            end += 1
        if end < len(heights):
            turns = [n for n in range(max(first + 3, end - 2), end + 1) if labels[n] is not None]
            end = turns[-1] if turns else end
        pages.append(list(range(first, end)))
        first = end
    return pages


def _height(system: System, label: SectionSpan | None) -> float:
    return system.bottom - system.top + (_SECTION_ROOM if label else 0)


def _spread(
    page: list[int], systems: tuple[System, ...], labels: list[SectionSpan | None], top: float
) -> list[_Placed]:
    used = sum(_height(systems[number], labels[number]) for number in page)
    gap = min(_WIDEST_GAP, max(_GAPS[-1], (_BOTTOM - top - used) / max(1, len(page) - 1)))
    placed, y = [], float(top)
    for number in page:
        system = systems[number]
        y += _SECTION_ROOM if labels[number] else 0
        placed.append(_Placed(number, y - system.top))
        y += system.bottom - system.top + gap
    return placed


def _page(
    lead: LeadSheet,
    engraved: Engraved,
    labels: list[SectionSpan | None],
    placed: list[_Placed],
    number: int,
    pages: int,
    artist: str,
    credits: str,
) -> str:
    parts = [_heading(lead, artist, credits)] if number == 1 else [_running_head(lead.title, artist)]
    for place in placed:
        system, label = engraved.systems[place.number], labels[place.number]
        shift = place.staff_y - system.staff_top
        parts.append(f'<g class="music" transform="translate({_LEFT},{shift:.1f})">{system.svg}</g>')
        if label is not None:
            y = place.staff_y + system.top - 190
            parts.append(text(label.name.upper(), _LEFT, y, "chord", 265, spacing=30, fill=_GREY))
    parts.append(text(FOOTER, _LEFT, PAGE_HEIGHT - 1_150, "italic", 300, fill=_GREY))
    parts.append(text(f"{number} / {pages}", _RIGHT, PAGE_HEIGHT - 1_150, "italic", 300, anchor="end", fill=_GREY))
    return "".join(parts)


def _heading(lead: LeadSheet, artist: str, credits: str) -> str:
    middle, room = PAGE_WIDTH / 2, _RIGHT - _LEFT
    lines = _title_lines(lead.title, room)
    size = min(1_050.0 / len(lines) ** 0.5, *(1_050.0 * room / max(1.0, width(line, "serif", 1_050)) for line in lines))
    parts = [
        text(line, middle, 2_900 - (len(lines) - 1 - place) * size * 1.15, "serif", size, anchor="middle")
        for place, line in enumerate(lines)
    ]
    name = min(430.0, 430.0 * room / max(1.0, width(artist, "italic", 430)))
    parts.append(text(artist, middle, 3_650, "italic", name, anchor="middle", fill=_GREY))
    parts.append(_tempo(lead))
    if credits:
        small = min(300.0, 300.0 * room * 0.7 / max(1.0, width(credits, "italic", 300)))
        parts.append(text(credits, _RIGHT, 4_750, "italic", small, anchor="end", fill=_GREY))
    return "".join(parts)


def _title_lines(title: str, room: float) -> list[str]:
    """The title on one line, or on two of like length where one would be small."""
    if width(title, "serif", 640) <= room or " " not in title.strip():
        return [title]
    words = title.split()
    cut = min(range(1, len(words)), key=lambda n: abs(len(" ".join(words[:n])) - len(" ".join(words[n:]))))
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _tempo(lead: LeadSheet) -> str:
    """A drawn quarter note and the tempo, with 'swing' where there is any."""
    y = 4_750
    note = (
        f'<ellipse cx="{_LEFT + 110}" cy="{y - 70}" rx="125" ry="85" transform="rotate(-24 {_LEFT + 110} {y - 70})"/>'
        f'<path d="M{_LEFT + 217} {y - 100}V{y - 560}" stroke="{_INK}" stroke-width="26" fill="none"/>'
    )
    words = f"= {lead.tempo_bpm}" + ("  swing" if lead.swing >= 0.08 else "")
    return note + text(words, _LEFT + 350, y, "serif", 400)


def _running_head(title: str, artist: str) -> str:
    words = f"{title} — {artist}"
    size = min(300.0, 300.0 * (_RIGHT - _LEFT) / max(1.0, width(words, "italic", 300)))
    return text(words, PAGE_WIDTH / 2, 1_250, "italic", size, anchor="middle", fill=_GREY)


def _document(body: str, definitions: str, css: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm"'
        f' viewBox="0 0 {PAGE_WIDTH} {PAGE_HEIGHT}">'
        f"<style>{css}.music path,.music rect,.music polygon,.music polyline,.music ellipse{{stroke:{_INK}}}</style>"
        f"<defs>{definitions}</defs>"
        f'<rect width="{PAGE_WIDTH}" height="{PAGE_HEIGHT}" fill="#ffffff"/>'
        f'<g fill="{_INK}">{body}</g></svg>'
    )


def _pdf(pages: list[str], title: str, artist: str) -> bytes:
    """All pages as one PDF: typst sets each SVG as vectors, offline, in the bundled fonts."""
    import typst

    source = (
        "#set document(title: sys.inputs.title, author: sys.inputs.artist, date: none)\n"
        "#set page(width: 210mm, height: 297mm, margin: 0mm)\n"
        "#for page in json(bytes(sys.inputs.pages)) {"
        'image(bytes(page), format: "svg", width: 210mm, height: 297mm)}\n'
    )
    try:
        return bytes(
            typst.compile(  # type: ignore[misc]
                source.encode(),
                font_paths=[str(FONT_FOLDER)],
                ignore_system_fonts=True,
                sys_inputs={"pages": json.dumps(pages), "title": title, "artist": artist},
                timestamp=0,
            )
        )
    except RuntimeError as error:
        raise MediaError(f"the lead sheet could not be set as PDF: {str(error)[:300]}") from error
