"""Scenes drawn in layers with exact masks, at any size and any time, from a seed."""
