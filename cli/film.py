"""`hibari film`: the film of a song, in any style and size, or a stretch of it, as a preview or to keep."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.output import json_option, quiet_option, say_json

if TYPE_CHECKING:
    from tasks.filming.alone import Filmed
    from tasks.filming.performing import Portrait
    from tasks.filming.pieces import FilmOrder

_STYLES = ("move", "vid2vid", "few-shot", "latent", "performer")
_SHORTS_PX = (1080, 1920)


class Size(click.ParamType[tuple[int, int]]):
    """Two even numbers with an x between them."""

    name = "WxH"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Width and height."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", str(value).strip().lower())
        if found is None:
            self.fail(f"{str(value)[:40]!r} is no size: write it as 1280x720", param, ctx)
        return int(found[1]), int(found[2])


@click.command()
@click.argument("album")
@click.argument("song")
@click.option("--style", type=click.Choice(_STYLES), default=None, help="How its pictures are made.  [default: move]")
@click.option("--size", "size_px", type=Size(), default="1280x720", show_default=True, help="Width and height, even.")
@click.option("--fps", type=click.IntRange(1, 240), default=24, show_default=True, help="Frames a second.")
@click.option("--from", "from_s", type=float, default=0.0, help="Where in the song it begins, seconds.")
@click.option("--to", "to_s", type=float, default=None, help="Where it ends, seconds; the song's end if left out.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), default=1, show_default=True, help="Another storyboard.")
@click.option("--look", default="", help="Look of a song whose pictures are not painted: `hibari cover looks`.")
@click.option("--preview", is_flag=True, help="A quarter of the size and half the frames: see it first.")
@click.option("--vertical", is_flag=True, help="1080x1920, for shorts.")
@click.option("--loop", is_flag=True, help="A silent clip of 8 seconds that closes, without words.")
@click.option("--portrait", type=click.Path(path_type=Path), help="Who sings, for --style performer.")
@click.option("--face", type=click.Path(path_type=Path), help="Key points of the portrait's face, as JSON.")
@click.option("--consent", type=click.Path(path_type=Path), help="Consent of the person shown, as JSON.")
@click.option("--public-domain", help="'artist, title, year' of a painting whose portrait is moved.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="An .mp4 file.  [default: SONG.mp4]"
)
@quiet_option
@json_option
def film(
    album: str,
    song: str,
    style: str | None,
    size_px: tuple[int, int],
    fps: int,
    from_s: float,
    to_s: float | None,
    seed: int,
    look: str,
    preview: bool,
    vertical: bool,
    loop: bool,
    portrait: Path | None,
    face: Path | None,
    consent: Path | None,
    public_domain: str | None,
    out: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Film SONG of ALBUM: pictures in time with the music, the words as they are sung, title and credits.

    Stopped or killed, the same command goes on from its last finished reel.

    \b
    Examples:
      hibari film first-light song-1 --preview
      hibari film first-light song-1 --style vid2vid --from 12 --to 40 --out verse.mp4
      hibari film first-light song-2 --vertical --out short.mp4
      hibari film first-light song-1 --loop --out canvas.mp4
      hibari film first-light song-1 --portrait vermeer.jpg --face vermeer.json \\
          --public-domain "Johannes Vermeer, Girl with a Pearl Earring, 1665"
    """
    from cli.choosing import open_album
    from cli.covers.progress import Counted
    from tasks.filming.alone import film_alone, loop_alone
    from tasks.filming.pieces import FilmOrder
    from tasks.steps.film import DEFAULT_STYLE, film_style

    target = out or Path(f"{song}.mp4")
    _check(target, style, portrait)
    wanted = _SHORTS_PX if vertical else size_px
    order = FilmOrder(
        style=film_style(style or ("performer" if portrait else DEFAULT_STYLE)),
        size_px=(_quarter(wanted[0]), _quarter(wanted[1])) if preview else wanted,
        fps=max(1, fps // 2) if preview else fps,
        from_s=from_s,
        to_s=to_s,
        seed=seed,
        look=look,
        portrait=_portrait(portrait, face, consent, public_domain) if portrait else None,
    )
    state = open_album(album)
    make = loop_alone if loop else film_alone
    made = make(state, state.song(song), order, target, report=Counted("frames", quiet=quiet or as_json))
    if as_json:
        say_json(_facts(made, order))
        return
    if not quiet:
        for reason in made.board.reasons:
            click.echo(f"  {reason}", err=True)
    click.echo(str(target))


def _check(target: Path, style: str | None, portrait: Path | None) -> None:
    if target.suffix.lower() != ".mp4":
        raise click.UsageError(f"{target.name!r} has to end in .mp4")
    if not target.parent.is_dir():
        raise click.UsageError(f"there is no folder {str(target.parent)!r}: make it first")
    if style is not None and (style == "performer") != (portrait is not None):
        raise click.UsageError("--style performer and --portrait go together: give both, or neither")


def _quarter(side_px: int) -> int:
    return max(64, side_px // 8 * 2)


def _portrait(picture: Path, face: Path | None, consent: Path | None, public_domain: str | None) -> Portrait:
    from datetime import UTC, datetime

    from tasks.filming.performing import portrait_of

    return portrait_of(picture, face, consent=consent, public_domain=public_domain, now=datetime.now(UTC))


def _facts(made: Filmed, order: FilmOrder) -> dict[str, object]:
    """What a program is told of a film."""
    width_px, height_px = order.size_px
    return {
        "out": str(made.out),
        "style": order.style,
        "width_px": width_px,
        "height_px": height_px,
        "fps": order.fps,
        "frames": made.window.end - made.window.first,
        "shots": len(made.board.shots),
        "scenes": [f"{scene.motif}/{scene.composition}" for scene in made.board.scenes],
        "reasons": list(made.board.reasons),
    }
