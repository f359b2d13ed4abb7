"""What a person brings to a song, read within bounds: melodies from files and as text, chords, forms."""
