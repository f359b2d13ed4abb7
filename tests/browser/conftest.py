from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.browser.song_studio import twice_home
from tests.tasks.conftest import made_home

__all__ = ["made_home", "twice_home"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A headless Chromium of this machine; tests that need one are skipped where there is none.

    One a module: while Playwright's driver is open, its event loop counts as running in the main thread, and whatever
    comes later could not run one of its own.
    """
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no Chromium is installed (looked for {', '.join(_NAMES)}): apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()
