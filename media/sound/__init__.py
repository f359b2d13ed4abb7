"""From notes to a finished song: rendering, mixing, mastering, encoding, tags and timed words."""
