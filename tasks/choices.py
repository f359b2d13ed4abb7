"""Who decides, and how a choice is logged: who, by which door, what, about what, why."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.errors import ReviewError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.making import Slot
    from schemas.review import Decision, Verdict
    from tasks.bench import Bench

_VERDICTS: dict[Decision, str] = {"approved": "approve", "rejected": "reject", "retake": "want_retake"}

_NOBODY = ("policy", "schedule", "deployment")
"""What begins the names of those who decide and are no people; each by the door of that name alone."""

LONGEST_NAME = 120
"""The most characters of a name that stands in records."""


@dataclass(frozen=True)
class Decider:
    """Who decides, and by which door: 'page', 'api', 'command', 'policy', 'schedule', 'deployment', 'flow', 'prefect'.

    Raises:
        ReviewError: the name is empty, too long, holds what cannot be seen, or is a policy's, a schedule's or a
            deployment's where none of them decides.
    """

    name: str
    via: str

    def __post_init__(self) -> None:
        """See that the name is somebody's."""
        name = " ".join(self.name.split())
        if not 1 <= len(name) <= LONGEST_NAME:
            raise ReviewError(f"the name {self.name[:60]!r} has {len(name)} characters: give 1 to {LONGEST_NAME}")
        if not name.isprintable():
            raise ReviewError(f"the name {name!r} holds signs that cannot be seen: write it in plain letters")
        before, colon, _ = unicodedata.normalize("NFKC", name).casefold().partition(":")
        kind = before.strip()
        if colon and kind in _NOBODY and self.via != kind:
            raise ReviewError(f"a name that begins with '{kind}:' is no person's: give your own name")
        object.__setattr__(self, "name", name)


def log_choice(
    bench: Bench, slot: Slot, who: Decider, what: str, *, subject: str, body: Mapping[str, object], why: str = ""
) -> None:
    """Write a choice about a slot at the end of the log."""
    bench.catalogue.note_choice(
        who.name,
        what,
        via=who.via,
        album_id=slot.album_id,
        song_id=slot.song_id or "",
        subject=subject,
        why=why,
        body={**place_of(slot), **body},
    )


def log_verdict(bench: Bench, verdict: Verdict, *, via: str) -> None:
    """Write a verdict, which is recorded, at the end of the log and tell of it."""
    song = verdict.song_id or "cover"
    remarks = [remark.model_dump(mode="json") for remark in verdict.remarks]
    bench.catalogue.note_choice(
        verdict.by,
        _VERDICTS[verdict.decision],
        via=via,
        album_id=verdict.album_id,
        song_id=song,
        subject=verdict.subject,
        why=verdict.reason,
        body={"remarks": remarks} if remarks else None,
    )
    body = {"song": song, "decision": verdict.decision, "by": verdict.by}
    bench.catalogue.add_event("verdict.given", album_id=verdict.album_id, body=body)


def place_of(slot: Slot) -> dict[str, str]:
    """A slot inside its album, as it stands in events and in the log."""
    return {"song": slot.song_id or "", "step": slot.step, "part": slot.part}
