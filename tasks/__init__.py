"""The steps: each asks the catalogue first, makes what is missing, and records it."""
