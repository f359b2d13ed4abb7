"""Prefect flows: produce albums, press releases, train."""
