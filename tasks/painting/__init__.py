"""Painting: a scene is chosen, drawn, painted in the looks of paintings, enlarged and lettered."""
