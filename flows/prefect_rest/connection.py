"""Prefect's REST API over plain HTTP: one request, its answer as JSON, its refusals as errors of ours."""

from __future__ import annotations

import time
from typing import Any

import httpx

from schemas.errors import ArtifactError, BriefError, SettingsError

_TRIES = 3
_HEALTH_S = 3.0
_REFUSED = (400, 409, 422)


class PrefectHttp:
    """A connection to a Prefect server. Several threads may use it at once."""

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
        """Whether it answers, within three seconds."""
        try:
            return self._client.get("/health", timeout=_HEALTH_S).status_code == 200
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON of any shape
        """The answer to a request; None where it is empty. A server that is busy is asked again.

        Raises:
            ArtifactError: what the path names is not there.
            BriefError: the server refuses what was sent.
            SettingsError: it does not answer, or refuses our password.
        """
        answer = self._send(method, path, body)
        if answer.status_code == 404:
            raise ArtifactError(
                f"the Prefect server has no {path.strip('/')}: it may have been removed; list them again"
            )
        if answer.status_code in _REFUSED:
            raise BriefError(f"the Prefect server refuses this: {_detail(answer)}")
        if answer.status_code in (401, 403):
            raise SettingsError(
                f"the Prefect server at {self.url} refuses the password: check HIBARI_STUDIO__PREFECT_AUTH"
            )
        if answer.is_error:
            raise SettingsError(
                f"the Prefect server at {self.url} answered {answer.status_code} to {path}; its log says more"
            )
        return answer.json() if answer.content else None

    def _send(self, method: str, path: str, body: object) -> httpx.Response:
        problem = ""
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(0.3 * attempt)
            try:
                answer = self._client.request(method, path, json=body)
            except httpx.HTTPError as error:
                problem = str(error) or type(error).__name__
                continue
            if answer.status_code != 503:
                return answer
            problem = "it is busy (503)"
        raise SettingsError(
            f"the Prefect server at {self.url} does not answer: {problem}; see `hibari studio` and its log"
        )


def _detail(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return answer.text[:400]
    detail = body.get("detail") or body.get("exception_detail") or body.get("exception_message") or body
    if isinstance(detail, list) and detail and isinstance(detail[0], dict):
        detail = detail[0].get("msg", detail[0])
    return str(detail)[:400]
