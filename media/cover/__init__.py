"""Covers drawn from the music of an album: no network, no model."""
