"""The words of a song on its film: burned in as they are sung, and beside it for players that set words themselves."""
