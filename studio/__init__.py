"""The API and the review pages."""
