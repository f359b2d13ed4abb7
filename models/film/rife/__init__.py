"""RIFE (Huang et al. 2022, arXiv:2011.06294): how one picture becomes the next, pixel by pixel."""
