"""The studio: the API, and the pages where people review what was made."""
