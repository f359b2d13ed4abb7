"""A Prefect server seen through its REST API: runs started, watched and ended, schedules kept.

Plain HTTP, because the studio's web process has no other need of Prefect's client, which takes seconds to import.
"""

from __future__ import annotations

import httpx


class PrefectApi:
    """A Prefect server, ours or the user's own."""

    def __init__(self, url: str, auth: str = "", *, timeout_s: float = 15.0) -> None:
        """Get ready; nothing is sent yet.

        Args:
            url: of its API, e.g. 'http://127.0.0.1:4200/api'.
            auth: 'user:password'; '' for none.
            timeout_s: how long an answer may take.
        """
        user, _, password = auth.partition(":")
        self.url = url.rstrip("/")
        self._client = httpx.Client(
            base_url=self.url, auth=(user, password) if auth else None, timeout=timeout_s, trust_env=False
        )

    def healthy(self) -> bool:
        """Whether it answers."""
        try:
            return self._client.get("/health").status_code == 200
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
