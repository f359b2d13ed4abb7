"""Filming: from a storyboard to reels, and from reels to a film."""
