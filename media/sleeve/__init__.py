"""The sleeve of an album: words set on pictures, the back cover, and every shape the set is needed in."""
