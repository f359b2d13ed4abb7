"""Formats and signals: scores, sound, pictures, pages."""
