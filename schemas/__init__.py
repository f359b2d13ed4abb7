"""Typed artifacts: frozen records and nothing else; no input or output here."""
