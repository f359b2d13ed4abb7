"""`/api/v1`: for programs. Every answer is JSON, every error a problem document (RFC 9457)."""
