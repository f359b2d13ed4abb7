"""What the API answers and the pages show: typed, read-only, one shape for both."""
