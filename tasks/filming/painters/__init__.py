"""Who paints the frames of a shot: one module a style."""
