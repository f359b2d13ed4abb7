"""How figures, times and states are worded on pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

STATES = {
    "open": "Open",
    "queued": "In the queue",
    "making": "Being made",
    "review": "Needs a verdict",
    "approved": "Approved",
    "rejected": "Rejected",
    "pressed": "Pressed",
    "failed": "Failed",
    "set aside": "Set aside",
    "running": "Running",
    "done": "Done",
    "cancelled": "Cancelled",
    "retake": "Retake wanted",
}
"""States of albums, songs and jobs, as people read them."""

STEPS = {
    "plan_song": "Plan",
    "write_lyrics": "Words",
    "compose_lead_sheet": "Tune",
    "arrange_score": "Score",
    "engrave": "Notation",
    "render_stem": "Stems",
    "sing": "Voice",
    "mix": "Mix",
    "master": "Master",
    "encode": "MP3",
    "inspect": "Inspection",
    "direct_art": "Art direction",
    "paint_cover": "Cover",
    "paint_pictures": "Pictures",
    "lay_out_sleeve": "Sleeve",
    "direct_film": "Storyboard",
    "film_still": "Painted scene",
    "film_reel": "Filming",
    "film_video": "Film",
}
"""What each step makes, as people read it."""

CHOICES = {
    "ask_make": "asked for an album",
    "ask_retake": "asked for a retake",
    "ask_press": "asked to press",
    "approve": "approved",
    "reject": "rejected",
    "want_retake": "wants a retake",
    "select_take": "selected a take",
    "edit_words": "edited words",
    "edit_notes": "edited notes",
    "settle_edit": "settled an edit",
    "change_song": "changed a song's settings",
    "order_songs": "changed the running order",
    "cancel": "cancelled",
    "set_priority": "changed the priority",
    "add_schedule": "added a schedule",
    "pause_schedule": "paused a schedule",
    "resume_schedule": "resumed a schedule",
    "remove_schedule": "removed a schedule",
    "add_token": "made a token",
    "revoke_token": "revoked a token",
    "add_webhook": "added a webhook",
    "remove_webhook": "removed a webhook",
    "lift_quarantine": "let an album be tried again",
}
"""What people choose, as it is worded after their name."""


def state_word(state: str) -> str:
    """A state in words."""
    return STATES.get(state, state.capitalize())


def step_word(step: str) -> str:
    """A step by what it makes."""
    return STEPS.get(step, step.replace("_", " "))


def choice_word(what: str) -> str:
    """A choice, as it is worded after a name."""
    return CHOICES.get(what, what.replace("_", " "))


def clock(seconds: float | None) -> str:
    """Minutes and seconds, '3:07'; hours too where there are any; '' for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def left(seconds: float) -> str:
    """A stretch of time in words: 'a few seconds', '40 s', '12 min', '3 h 5 min'."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"{round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def when(moment: datetime | None) -> Markup | str:
    """A moment as a `<time>` element: its day and time in UTC, which a script turns into how long ago that is."""
    if moment is None:
        return ""
    stamp = moment.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(
        stamp.isoformat(timespec="seconds"), f"{stamp.day} {stamp:%b %Y, %H:%M} UTC"
    )


def megabytes(size: float) -> str:
    """A size in bytes, in words: '840 kB', '12.3 MB'."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def signed(value: float, digits: int = 1) -> str:
    """A number with a real minus sign, so that '−14.1' is read as one."""
    return f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its word: '1 song', '3 songs'."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def script_json(value: object) -> Markup:
    """JSON for a JSON script, or an attribute in single quotes: without '<', '>', '&' and single quotes."""
    text = json.dumps(value, separators=(",", ":"))
    for letter in "<>&'\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


def pretty(value: object) -> str:
    """A value as JSON that people read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def made_by(values: Iterable[str]) -> str:
    """Who made something, over several songs: 'AI', 'rules', 'AI and person'."""
    found = dict.fromkeys(values)
    return " or ".join(value.replace("ai", "AI", 1) if value.startswith("ai") else value for value in found)


def lines(text: str) -> Markup:
    """Text with its line breaks kept."""
    return Markup("<br>").join(escape(part) for part in text.splitlines())


FILTERS: dict[str, Callable[..., Any]] = {
    "state_word": state_word,
    "step_word": step_word,
    "choice_word": choice_word,
    "clock": clock,
    "left": left,
    "when": when,
    "megabytes": megabytes,
    "signed": signed,
    "counted": counted,
    "json": script_json,
    "lines": lines,
    "pretty": pretty,
    "made_by": made_by,
}
"""What templates may call."""
