"""The commands of `hibari compose`."""
