"""What is found in a finished song: shared runs, who made what, and a readable report."""
