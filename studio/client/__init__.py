"""A client for programs: what it is made of, and what writes it from the OpenAPI document."""
