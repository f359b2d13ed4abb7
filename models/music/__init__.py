"""Melody and chords: a Music Transformer and the constrained decoding that makes a lead sheet with it."""
