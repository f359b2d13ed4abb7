"""From a lead sheet to a score: drums, bass, chords, pads and a counter-line, written by genre and section."""
