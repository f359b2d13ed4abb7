"""How much is read of what a person brings. Every bound of this package stands here."""

from __future__ import annotations

MAX_FILE_BYTES = 2 * 2**20
"""Of a MIDI file, or of MusicXML when it is unpacked."""

MAX_TEXT_BYTES = 256 * 2**10
"""Of notes as text, and of an ABC file, which may be a whole tune book."""

MAX_WORDS = 20_000
"""Notes, lengths, rests and bar lines in a text."""

MAX_NOTES = 4_096
"""Notes of a melody."""

MAX_BARS = 512
"""Bars of a melody or a chart of chords; of a longer file the wanted bars are named."""

MAX_FILE_BARS = 20_000
"""Bars a file may run before any are chosen: three hours and more."""

MAX_CHORDS = 1_024
"""Chord symbols of a melody or a chart."""

MAX_REMARKS = 12
"""Remarks that are kept; further ones are counted."""

LOWEST, HIGHEST = 24, 108
"""MIDI pitches of a melody."""

SLOWEST_BPM, FASTEST_BPM = 50, 180
"""Tempos of a song, quarter notes a minute."""

GRID_TICKS = 120
"""A sixteenth note: the composer and the lead sheet write on this grid."""

MAX_LENGTH_BEATS = 64
"""The longest note or rest of a text, in quarter notes."""
