"""`hibari`: the command line. Commands are imported when they are called, so that help comes at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cli.lazy import LazyGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS: dict[str, tuple[str, str]] = {
    "make": ("cli.making", "Make an album from a brief: one line, or a YAML or JSON file."),
    "batch": ("cli.batch", "Make the albums of a YAML, CSV or JSONL file, with a report."),
    "plan": ("cli.making", "Show what would be made, what is reused, and why."),
    "show": ("cli.showing", "Show albums, an album, or one of its songs."),
    "retake": ("cli.retaking", "Make another take of a step of a song, and what follows from it."),
    "select": ("cli.reviewing", "Go back to a take that was made before."),
    "edit": ("cli.editing", "Change words or notes of a song, or decide about an edit."),
    "approve": ("cli.reviewing", "Approve songs, or a whole album."),
    "reject": ("cli.reviewing", "Reject songs, with a reason."),
    "order": ("cli.editing", "Put the songs of an album into another order."),
    "log": ("cli.editing", "Show what people and policies chose."),
    "press": ("cli.pressing", "Press approved songs into a release."),
    "replay": ("cli.pressing", "Make a release again from its record and compare."),
    "compose": ("cli.compose", "Compose and rework tunes and chords: harmonise, infill, vary."),
    "cover": ("cli.cover", "Draw, paint, restyle and enlarge pictures by themselves."),
    "film": ("cli.film", "Film a song: any style, size or stretch of it."),
    "studio": ("cli.studio", "Serve the API and the review pages, with all they need."),
    "models": ("cli.models", "List, fetch and inspect models."),
    "verify": ("cli.keeping", "Read every stored byte again and check its hash."),
    "gc": ("cli.keeping", "Remove what nothing needs any more."),
    "doctor": ("cli.keeping", "Check that this machine has what Hibari needs."),
    "setup": ("cli.keeping", "Fetch the default models and prepare the databases."),
}

EXIT_CODES = """
\b
Exit codes:
  0  done                                4  weights are missing or refused
  1  a fault of Hibari's own             5  sound, score or picture could not be made
  2  the brief or a setting is refused   6  a verdict, take or edit does not fit
  3  the store is damaged                7  a song failed; the others are made
                                       130  stopped by you; the same command goes on
"""

_VALUES = {
    "Settings": 2,
    **dict.fromkeys(("Verdict", "Edit", "LyricLine", "Remark", "SongChanges", "RetakeRequest", "NoteChange"), 6),
}
"""Records that are filled with what the user typed, and the exit code where a value does not fit."""


@click.command(
    cls=LazyGroup,
    lazy=_COMMANDS,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="hibari", prog_name="hibari")
def hibari() -> None:
    """Make whole albums from a brief: words, tunes, scores, stems, sung and mastered songs, cover and record.

    \b
    Examples:
      hibari make "a lighthouse keeper who collects other people's storms"
      hibari make briefs/first-light.yaml --press --policy demo
      hibari plan briefs/first-light.yaml
      hibari retake first-light song-2 write_lyrics --takes 3
      hibari approve first-light --by "Ada" && hibari press first-light
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error of ours becomes one clear line and an exit code."""
    try:
        outcome: Any = hibari.main(args=arguments, standalone_mode=False)
    except click.exceptions.Abort:
        _leave("Stopped. What is finished is kept; the same command goes on from there.", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _leave("Stopped. What is finished is kept; the same command goes on from there.", 130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        from schemas.errors import HibariError

        if isinstance(error, HibariError):
            _leave(f"Error: {error}", error.exit_code)
        refused = _refused_value(error) or _refused_by_the_disk(error)
        if refused is None:
            raise
        _leave(f"Error: {refused[0]}", refused[1])
    sys.exit(outcome if isinstance(outcome, int) else 0)


def _refused_value(error: Exception) -> tuple[str, int] | None:
    """What to say, and the exit code, where a setting or a value given with a command is out of its bounds."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title not in _VALUES:
        return None
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    name = f"HIBARI_{field.upper()}" if error.title == "Settings" else field
    return f"{name}: {str(first.get('input'))[:60]!r} is refused: {first['msg']}", _VALUES[error.title]


def _refused_by_the_disk(error: Exception) -> tuple[str, int] | None:
    """What to say, and the exit code, where a folder cannot be written or the disk is full."""
    import errno

    if not isinstance(error, OSError) or error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC):
        return None
    place = error.filename or "a folder of Hibari's"
    return f"{place}: {error.strerror}; free space, or choose other folders with HIBARI_HOME and HIBARI_RELEASES", 3


def _leave(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
