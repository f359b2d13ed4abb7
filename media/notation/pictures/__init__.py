"""A song to be seen: its piano roll, how its bars resemble each other, and both in words."""

from __future__ import annotations

from media.notation.pictures.describing import describe_music
from media.notation.pictures.piano_roll import piano_roll_svg
from media.notation.pictures.similarity import similarity_png
from media.notation.pictures.terminal_roll import piano_roll_text
from schemas.music import LeadSheet, Score

__all__ = ["describe_music", "piano_roll_svg", "piano_roll_text", "similarity_png", "song_pictures"]


def song_pictures(score: Score, lead: LeadSheet) -> tuple[bytes, bytes, str]:
    """A song's piano roll (SVG), the likeness of its bars (PNG), and what both show in words, 4,000 letters at most."""
    return piano_roll_svg(score, lead), similarity_png(lead), describe_music(score, lead)
