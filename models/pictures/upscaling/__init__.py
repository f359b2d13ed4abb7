"""Enlarging pictures: Real-ESRGAN's compact network, ESRGAN's RRDB network, and the readers of their weights."""
