"""A card for every model that comes with Hibari. Cards are data alone."""

from models.cards import pictures, sound, words

CARDS = (*words.CARDS, *sound.CARDS, *pictures.CARDS)
"""Every card in a fixed order."""
