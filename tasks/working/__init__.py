"""What is done for a job of the queue: albums made, steps retaken, releases pressed."""
