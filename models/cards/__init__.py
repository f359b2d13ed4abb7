"""A card for every model that comes with Hibari. Cards are data alone."""

from models.cards import films, music, pictures, sound, words

CARDS = (*words.CARDS, *sound.CARDS, *music.CARDS, *pictures.CARDS, *films.CARDS)
"""Every card in a fixed order."""
