"""The command line: `hibari …`."""
