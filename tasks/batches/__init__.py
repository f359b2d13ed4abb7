"""Batches: read, unfolded, checked, asked for, and told of in the morning."""
