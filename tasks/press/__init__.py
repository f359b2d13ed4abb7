"""Pressing: an approved album becomes a folder that people can use, with the record of its making."""
