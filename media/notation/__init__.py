"""Scores as files: MIDI, MusicXML and engraved lead sheets, read and written."""
