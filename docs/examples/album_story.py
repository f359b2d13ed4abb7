"""The whole story with the generated client: `HIBARI_TOKEN=hib_… python docs/examples/album_story.py "a theme"`."""

import os
import sys
from pathlib import Path

from client import Brief, Hibari


def main(brief: Brief) -> None:
    """Ask for an album, follow it, approve it, press it, download it."""
    hibari = Hibari(os.environ.get("HIBARI_URL", "http://127.0.0.1:8420"), os.environ["HIBARI_TOKEN"])
    job = hibari.make_album(brief, key=os.environ.get("HIBARI_KEY", ""))
    for event in hibari.follow(job["id"]):
        say(f"{event['kind']} {event['body'].get('song', '')} {event['body'].get('step', '')}")
    [album_id] = job["albums"]
    for song in hibari.list_songs(album_id):
        say(f"{song['title']}: {song['key']}, {song['tempo_bpm']} bpm, {song['state']} {' '.join(song['flags'])}")
    hibari.judge(album_id, {"decision": "approved", "reason": "it breathes"})
    pressed = hibari.press_album(album_id)
    for _ in hibari.follow(pressed["id"]):
        pass
    Path(f"{album_id}.zip").write_bytes(hibari.get_release_archive(album_id, 0))
    say(f"pressed: {album_id}.zip")


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{line.rstrip()}\n")


if __name__ == "__main__":
    main({"theme": " ".join(sys.argv[1:]) or "letters from a night train", "songs": 1})
