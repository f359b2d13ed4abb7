"""The content-addressed store, the catalogue of what was made, and its lineage."""
