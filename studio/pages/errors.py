"""The page that says what went wrong, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.pages.shell import render

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response


def error_page(request: Request, status: int, title: str, detail: str) -> Response:
    """An error as a page. It asks nothing of the store, which may be what failed."""
    return render(request, "error.html", status=status, title=title, detail=detail, code=status)
