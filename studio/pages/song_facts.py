"""What the song page hands to its scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studio.api.answers import PREFIX

if TYPE_CHECKING:
    from fastapi import Request

    from studio.views.song_page import SongPage


def script_facts(page: SongPage, request: Request) -> dict[str, Any] | None:
    """The facts for the player and its panels; None while no version of the song is finished."""
    if page.heard is None:
        return None
    here = f"/albums/{page.album_id}/songs/{page.song_id}"
    masters = [version.artifact for version in page.versions]
    heard = page.heard.music.master
    earlier = [master for master in masters if master != heard]
    return {
        "album": page.album_id,
        "song": page.song_id,
        "nonce": getattr(request.state, "nonce", ""),
        "urls": {
            "version": f"{here}/versions",
            "count": f"{here}/words/count",
            "words": f"{PREFIX}{here}/words",
            "notes": f"{PREFIX}{here}/notes",
        },
        "heard": page.heard.model_dump(mode="json"),
        "numbers": {version.artifact: version.number for version in page.versions},
        "pick_a": earlier[-1] if earlier else heard,
        "pick_b": heard if earlier else "",
        "remarks": [
            {"at_s": remark.at_s, "text": remark.text, "by": verdict.by}
            for verdict in page.verdicts
            if verdict.subject == heard
            for remark in verdict.remarks
        ],
        "panel": "retake" if page.verdict is not None and page.verdict.decision == "retake" else "verdict",
    }
