"""How files of the model families are told apart: one small function a family, in a table that is asked in order."""

from models.checkpoints.families.table import FAMILIES

__all__ = ["FAMILIES"]
