"""A painted portrait that sings: its mouth follows the sung phones, its eyes, brows and head the music."""
