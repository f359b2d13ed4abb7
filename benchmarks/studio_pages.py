"""How long a page of the studio takes in Chromium, as its own clock tells it."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

CHROMIUM = "/usr/bin/chromium"

_LARGEST = """
window.largest = 0;
new PerformanceObserver(list => { for (const entry of list.getEntries()) window.largest = entry.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
"""
_TIMES = """() => {
  const entry = performance.getEntriesByType('navigation')[0];
  return [entry.responseStart, window.largest, entry.loadEventEnd];
}"""


def timings(playwright: Playwright, url: str, session: str, path: str, *, times: int) -> tuple[float, float, float]:
    """The medians, in ms from the start of the visit, of first byte, largest contentful paint and load event.

    Every visit has a browser context of its own, so nothing is cached, and is signed in.
    """
    browser: Any = playwright.chromium.launch(executable_path=CHROMIUM)
    found = []
    try:
        for _ in range(times):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": "hibari_session", "value": session, "url": url}])
            context.add_init_script(_LARGEST)
            page = context.new_page()
            answer = page.goto(url + path, wait_until="load", timeout=120_000)
            if answer is None or answer.status != 200 or "/login" in page.url:
                raise SystemExit(f"{path} answered {answer.status if answer else 'nothing'} at {page.url}")
            page.wait_for_timeout(700)
            found.append(page.evaluate(_TIMES))
            context.close()
    finally:
        browser.close()
    first, largest, loaded = (statistics.median(each) for each in zip(*found, strict=True))
    return first, largest, loaded
