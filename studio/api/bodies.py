"""What requests bring: bodies with their bounds and an example each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, StringConstraints
from pydantic.config import ConfigDict

from artifacts.people import Role
from schemas.base import Record, Slug
from schemas.batch import BatchEntry, FieldName
from schemas.jobs import MAX_BRIEFS, Budget, EditChoice, SongChanges
from schemas.review import Decision, Remark
from tasks.note_edits import NoteChange

StepName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]
Part = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]*$", max_length=40)]
Reason = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
BriefFields = Annotated[dict[FieldName, JsonValue], Field(max_length=24)]
EventKind = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z]+$", max_length=40)]


def _example(**fields: Any) -> ConfigDict:  # noqa: ANN401 - values of any type
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [fields]})


class BatchBody(Record):
    """Several albums in one job: briefs, or entries that unfold into briefs."""

    model_config = _example(
        name="four by night", briefs=[{"theme": "the sea at night", "songs": 2}, {"theme": "first light", "seed": 7}]
    )
    name: str = Field(default="", max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")
    briefs: tuple[BriefFields, ...] = Field(default=(), max_length=MAX_BRIEFS, description="fields of a brief each")
    entries: tuple[BatchEntry, ...] = Field(default=(), max_length=MAX_BRIEFS, description="templates with variations")
    budget: Budget = Budget()
    policy: str = Field(default="", max_length=40)
    priority: int = Field(default=3, ge=0, le=9, description="9 first")


class VerdictBody(Record):
    """A decision on songs, and on the cover where 'cover' is named; on all that is finished where nothing is."""

    model_config = _example(
        songs=["song-1"],
        decision="rejected",
        reason="the second verse says nothing new",
        remarks=[{"at_s": 41.5, "text": "the voice is late here"}],
    )
    songs: tuple[Slug, ...] = Field(default=(), max_length=21)
    decision: Decision
    reason: Reason = Field(default="", description="needed where it is not approved")
    remarks: tuple[Remark, ...] = Field(
        default=(), max_length=200, description="notes at moments of the one song named"
    )


class TakeChoice(Record):
    """A take that is to fill its slot."""

    model_config = _example(song_id="song-1", step="write_lyrics", number=0)
    song_id: Slug | None = Field(default=None, description="None for a step of the album")
    step: StepName
    part: Part = ""
    number: int = Field(ge=0, le=10_000, description="the take; 0 is the first")


class WordsBody(Record):
    """A new line of words, with as many syllables as the old one."""

    model_config = _example(section="chorus", line=1, text="Carry me over the water")
    section: str = Field(min_length=1, max_length=40, description="name of the lyric section")
    line: int = Field(ge=1, le=16, description="number of the line in it, from 1")
    text: str = Field(min_length=1, max_length=400)


class NotesBody(Record):
    """Changes to notes of the tune."""

    model_config = _example(changes=[{"index": 12, "pitch": 67}])
    changes: tuple[NoteChange, ...] = Field(min_length=1, max_length=200)


class SettleBody(Record):
    """What to do with an edit that no longer fits what it was made on."""

    model_config = _example(step="write_lyrics", policy="rebase")
    step: StepName
    part: Part = ""
    policy: Literal["keep", "rebase", "drop"]


class OrderBody(Record):
    """The order in which an album's songs run."""

    model_config = _example(songs=["song-2", "song-1", "song-3"])
    songs: tuple[Slug, ...] = Field(min_length=1, max_length=20, description="every song id once")


class RetakeBody(Record):
    """A retake: new takes of a step, with changed settings where some are given, and all that follows from it."""

    model_config = _example(
        song_id="song-1", step="compose_lead_sheet", takes=2, changes={"tempo_bpm": 96}, reason="it drags"
    )
    song_id: Slug | None = None
    step: StepName
    part: Part = ""
    takes: int = Field(default=1, ge=0, le=8, description="0 with changed settings alone")
    changes: SongChanges = SongChanges()
    edits: EditChoice = "ask"
    reason: Reason = ""


class PressBody(Record):
    """How to press; nothing need be said."""

    model_config = _example(policy="")
    policy: str = Field(default="", max_length=40, description="written policy that judges what has no verdict")


class Why(Record):
    """A reason."""

    model_config = _example(reason="wrong brief")
    reason: Reason = ""


class PriorityBody(Record):
    """A place in the queue."""

    model_config = _example(priority=9)
    priority: int = Field(ge=0, le=9, description="9 first")


class ScheduleBody(Record):
    """When a deployment runs by itself."""

    model_config = _example(deployment="nightly", name="weeknights", cron="0 2 * * 1-5", timezone="Europe/Berlin")
    deployment: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")
    name: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")
    cron: str = Field(min_length=9, max_length=100, description="five fields: minute, hour, day, month, weekday")
    timezone: str = Field(default="UTC", max_length=60)
    parameters: dict[str, JsonValue] = Field(default_factory=dict, max_length=20)
    active: bool = True


class TokenBody(Record):
    """Whom a token is for."""

    model_config = _example(name="Ada", role="reviewer", days=90)
    name: str = Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")
    role: Role
    days: float | None = Field(default=None, gt=0, le=3650, description="how long it opens anything; None for ever")


class WebhookBody(Record):
    """An address that is told of events."""

    model_config = _example(url="https://example.org/hibari", events=["job.finished", "release.pressed"])
    url: str = Field(min_length=8, max_length=2000)
    events: tuple[EventKind, ...] = Field(default=(), max_length=32, description="kinds; empty for all of them")
