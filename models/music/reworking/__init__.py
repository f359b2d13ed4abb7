"""Reworking a lead sheet that is there: other chords, new bars, variations, one more section, a bridge."""
