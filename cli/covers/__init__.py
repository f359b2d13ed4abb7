"""The commands of `hibari cover`, one a module, imported when called."""
