"""MusicVAE: tunes of two or sixteen bars and drum patterns as points of a space where neighbours sound alike."""
