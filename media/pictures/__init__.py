"""Pictures from outside, read within bounds; what can be measured on a picture."""
