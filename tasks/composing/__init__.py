"""Composing by hand: a song's tune and chords reworked, from an album or a file, and kept or written out."""
