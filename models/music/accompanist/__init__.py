"""A network that writes a piano part over the chords of a song, bar by bar, and the hands that keep it playable."""
