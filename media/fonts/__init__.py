"""Open fonts that covers, scores and pictures are set in: files in this folder, listed in its README."""

from pathlib import Path

FONT_FOLDER: Path = Path(__file__).resolve().parent
"""Folder of the bundled TrueType files; give it to a renderer as its only font folder for the same picture anywhere."""
