"""A client of Hibari's API, in one file to be copied. It needs Python 3.11 and nothing else.

Written from the OpenAPI document by `python -m studio.client.writing`: change that, not this.

```
hibari = Hibari("http://127.0.0.1:8420", token="hib_…")
job = hibari.make_album({"theme": "letters from a night train"})
for event in hibari.follow(job["id"]):
    print(event["kind"], event["body"])
```
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Any, Literal, NotRequired, TypedDict, cast
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen


class HibariError(Exception):
    """What the API refused: `status`, `title`, `detail`, and `fields` where values were refused."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.status = int(document.get("status", 500))
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))
        self.fields = document.get("fields", [])
        super().__init__(f"{self.status} {self.title}: {self.detail}")


class Connection:
    """Where the studio is, and the token that opens it."""

    def __init__(self, url: str, token: str, *, timeout_s: float = 60.0) -> None:
        """Get ready; nothing is sent yet.

        Args:
            url: of the studio, e.g. 'http://127.0.0.1:8420'.
            token: `hibari studio token add NAME --role producer` makes one.
            timeout_s: how long the studio may be silent.
        """
        self._url = url.rstrip("/")
        self._token = token
        self._timeout_s = timeout_s

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, object] | None = None,
        body: object = None,
        key: str = "",
    ) -> HTTPResponse:
        """The open answer to a request.

        Raises:
            HibariError: the request was refused.
        """
        asked = {name: value for name, value in (query or {}).items() if value not in (None, "", ())}
        url = f"{self._url}{path}?{urlencode(asked, doseq=True)}" if asked else f"{self._url}{path}"
        headers = {"Authorization": f"Bearer {self._token}"}
        if key:
            headers["Idempotency-Key"] = key
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        try:
            return cast(HTTPResponse, urlopen(Request(url, content, headers, method=method), timeout=self._timeout_s))
        except HTTPError as error:
            with error:
                raise HibariError(json.loads(error.read() or b"{}")) from error

    def read_json(self, method: str, path: str, **asked: Any) -> Any:  # noqa: ANN401 - any JSON value
        """The answer to a request, read as JSON; None where it has no body."""
        with self.ask(method, path, **asked) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def read_bytes(self, method: str, path: str, **asked: Any) -> bytes:  # noqa: ANN401 - as `ask` takes
        """The answer to a request as bytes."""
        with self.ask(method, path, **asked) as answer:
            return answer.read()

    def events(self, path: str, **query: object) -> Iterator[dict[str, Any]]:
        """Events as they happen; the stream ends with the connection."""
        with self.ask("GET", path, query=query) as answer:
            for line in answer:
                name, _, value = line.decode().partition(": ")
                if name == "data":
                    yield json.loads(value)


def place(value: object) -> str:
    """A value as one part of a path."""
    return quote(str(value), safe="")


def path_place(value: object) -> str:
    """A value as a path of several parts."""
    return quote(str(value), safe="/")


class AlbumCard(TypedDict):
    """Where an album is, in brief."""

    album_id: str
    state: str
    title: str
    artist: str
    theme: str
    genre: str
    mood: str
    songs: int
    finished: int
    approved: int
    rejected: int
    flagged: int
    duration_s: float
    cover: str
    reason: str
    created_at: str
    changed_at: str


class AlbumDetail(TypedDict):
    """An album."""

    album: AlbumCard
    brief: Brief
    songs: list[SongCard]
    cover: CoverCard | None
    steps: list[StepCard]
    releases: list[ReleaseCard]
    jobs: list[JobCard]
    set_aside: str | None


class AlbumPage(TypedDict):
    """A page of albums."""

    albums: list[AlbumCard]
    total: int
    limit: int
    offset: int


class Art(TypedDict):
    """What the pictures are to show, and whose painting they are to look like; '' lets both be chosen."""

    motif: NotRequired[str]
    look: NotRequired[str]


class ArtifactView(TypedDict):
    """An artifact: its record as its digest covers it, and the bytes it refers to."""

    digest: str
    kind: str
    record: dict[str, Any]
    blobs: list[BlobRef]


class BatchBody(TypedDict):
    """Several albums in one job: briefs, or entries that unfold into briefs."""

    name: NotRequired[str]
    briefs: NotRequired[list[dict[str, Any]]]
    entries: NotRequired[list[BatchEntry]]
    budget: NotRequired[Budget]
    policy: NotRequired[str]
    priority: NotRequired[int]


class BatchEntry(TypedDict):
    """A brief, or a template of several: the fields in `brief`, and the values that `vary` puts into them in turn."""

    brief: NotRequired[dict[str, Any]]
    vary: NotRequired[dict[str, Any]]
    how: NotRequired[Literal["all", "zip", "sample"]]
    count: NotRequired[int | None]
    draw: NotRequired[int | Literal["{date}"]]
    repeat: NotRequired[int]


class BlobRef(TypedDict):
    """Where bytes are: their hash, what they are and how many."""

    sha256: str
    media_type: str
    size: int


class Brief(TypedDict):
    """What a user asks for."""

    kind: NotRequired[Literal["brief"]]
    schema_version: NotRequired[int]
    theme: str
    title: NotRequired[str]
    artist: NotRequired[str]
    songs: NotRequired[int]
    language: NotRequired[Literal["en"]]
    genre: NotRequired[Literal["piano-ballad", "folk", "synth-pop", "rock", "lo-fi", "bossa"] | None]
    mood: NotRequired[
        Literal["calm", "hopeful", "joyful", "melancholy", "nostalgic", "restless", "tender", "triumphant"] | None
    ]
    tempo_bpm: NotRequired[TempoRange]
    keys: NotRequired[list[str]]
    voice: NotRequired[str]
    length_s: NotRequired[LengthRange]
    lyrics: NotRequired[list[OwnWords]]
    music: NotRequired[list[OwnMusic]]
    seed: NotRequired[int]
    takes: NotRequired[int]
    models: NotRequired[Models]
    art: NotRequired[Art]
    film: NotRequired[Film]


class Budget(TypedDict):
    """Where a batch stops by itself; None sets no bound."""

    albums: NotRequired[int | None]
    minutes: NotRequired[float | None]
    disk_mb: NotRequired[int | None]


class ChangedPlan(TypedDict):
    """A song whose settings a person changed: what was planned for it, and what it was made by."""

    song_id: str
    planned: str
    changed: str


class Choice(TypedDict):
    """What somebody chose."""

    seq: int
    at: str
    who: str
    via: str
    what: str
    album_id: str
    song_id: str
    subject: str
    why: str
    body: dict[str, Any]


class ChoicePage(TypedDict):
    """Choices, newest first."""

    choices: list[Choice]


class ChordSpan(TypedDict):
    """A chord and how long it lasts."""

    onset_ticks: int
    duration_ticks: int
    root: int
    quality: NotRequired[
        Literal["maj", "min", "dim", "aug", "sus2", "sus4", "7", "maj7", "min7", "m7b5", "6", "min6", "9", "add9"]
    ]
    bass: NotRequired[int | None]


class CoverCard(TypedDict):
    """An album's cover."""

    artifact: str
    picture: BlobRef
    drawing: BlobRef | None
    palette: list[str]
    verdict: Verdict | None


class Delivery(TypedDict):
    """A call of a webhook about an event."""

    seq: int
    event: int
    state: str
    attempts: int
    next_at: str
    status: int | None
    error: str
    changed_at: str


class Dependants(TypedDict):
    """What was made from an artifact, directly or through others."""

    digest: str
    dependants: list[str]


class Disclosure(TypedDict):
    """Who made each part of a song."""

    lyrics: Literal["ai", "person", "ai and person", "rules", "none"]
    composition: Literal["ai", "person", "ai and person", "rules", "none"]
    instrumentation: Literal["ai", "person", "ai and person", "rules", "none"]
    vocals: Literal["ai", "person", "ai and person", "rules", "none"]
    post_production: Literal["ai", "person", "ai and person", "rules", "none"]
    artwork: Literal["ai", "person", "ai and person", "rules", "none"]


class EditCard(TypedDict):
    """A person's edit that is active."""

    song_id: str | None
    step: str
    part: str
    person: str
    made_at: str
    base: str
    result: str
    conflict: str


class EditPage(TypedDict):
    """Edits, by song, step and part."""

    edits: list[EditCard]


class Event(TypedDict):
    """Something that happened."""

    seq: int
    at: str
    kind: str
    album_id: str
    job_id: str
    body: dict[str, Any]


class EventList(TypedDict):
    """Events, oldest first, and the number to ask for more with."""

    events: list[Event]
    last: int


class Figure(TypedDict):
    """A measured figure, the bound it is held to and whether it keeps it."""

    name: str
    value: float
    unit: NotRequired[str]
    bound: NotRequired[str]
    ok: NotRequired[bool]
    where: NotRequired[str]


class Film(TypedDict):
    """What film each song gets."""

    style: NotRequired[Literal["auto", "none", "move", "vid2vid", "few-shot", "latent"]]
    width_px: NotRequired[int]
    height_px: NotRequired[int]
    fps: NotRequired[int]


class Health(TypedDict):
    """The web application answers."""

    status: NotRequired[Literal["ok"]]


class Inspection(TypedDict):
    """The report on one song."""

    kind: NotRequired[Literal["inspection"]]
    schema_version: NotRequired[int]
    song_id: str
    figures: list[Figure]
    shared: list[SharedRun]
    disclosure: Disclosure
    unmeasured: NotRequired[list[str]]


class JobCard(TypedDict):
    """A job, in brief."""

    id: str
    kind: str
    state: str
    what: str
    batch: bool
    priority: int
    by: str
    albums: list[str]
    album_count: int
    created_at: str
    started_at: str | None
    finished_at: str | None
    attempts: int
    cancelled_by: str
    reason: str


class JobDetail(TypedDict):
    """A job."""

    job: JobCard
    request: MakeRequest | RetakeRequest | PressRequest
    result: dict[str, Any]
    progress: JobProgress | None


class JobPage(TypedDict):
    """Jobs, newest first."""

    jobs: list[JobCard]
    limit: int
    offset: int


class JobProgress(TypedDict):
    """How far a running job is."""

    step: str
    song: str
    album_id: str
    done: int
    total: int
    left_s: float | None


class Key(TypedDict):
    """A key: tonic and mode."""

    tonic: Literal["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    mode: Literal["major", "minor"]


class LeadSheet(TypedDict):
    """A song on one staff: melody, chords and words."""

    kind: NotRequired[Literal["lead_sheet"]]
    schema_version: NotRequired[int]
    title: str
    key: Key
    tempo_bpm: int
    beats_per_bar: NotRequired[Literal[3, 4]]
    swing: NotRequired[float]
    sections: list[SectionSpan]
    syllables: list[SungSyllable]
    melody: list[MelodyNote]
    chords: list[ChordSpan]


class LengthRange(TypedDict):
    """How long a song may be."""

    low: NotRequired[int]
    high: NotRequired[int]


class LinePlan(TypedDict):
    """One line to be sung: how many syllables, which are stressed, and what it rhymes with."""

    syllables: int
    stress: str
    rhyme: NotRequired[str]


class LineageNode(TypedDict):
    """An artifact in a lineage."""

    digest: str
    kind: str
    step: str
    seed: int | None
    inputs: dict[str, str]
    checkpoints: dict[str, str]


class LineageView(TypedDict):
    """What an artifact was made from, down to what was made from nothing: nodes by digest, each once."""

    digest: str
    nodes: list[LineageNode]


class LyricLine(TypedDict):
    """A line of words."""

    words: list[Word]
    rhyme: NotRequired[str]
    rhymes: NotRequired[bool]


class LyricSection(TypedDict):
    """Lines that belong together, named as the song plan's `words` names them."""

    name: str
    role: Literal["intro", "verse", "prechorus", "chorus", "bridge", "interlude", "outro"]
    lines: list[LyricLine]


class Lyrics(TypedDict):
    """All the words of a song; a chorus is here once, however often it is sung."""

    kind: NotRequired[Literal["lyrics"]]
    schema_version: NotRequired[int]
    title: str
    language: NotRequired[Literal["en"]]
    sections: list[LyricSection]
    notes: NotRequired[list[str]]
    written_by: NotRequired[Literal["model", "user", "model and person"]]


class MadeStep(TypedDict):
    """One step of the making: the slot, the recipe, the artifact."""

    song_id: NotRequired[str | None]
    step: str
    part: NotRequired[str]
    take: int
    recipe: Recipe
    artifact: str
    edited: NotRequired[str | None]


class MakeRequest(TypedDict):
    """Make albums; a batch where there are several."""

    kind: NotRequired[Literal["make"]]
    name: NotRequired[str]
    briefs: list[Brief]
    budget: NotRequired[Budget]
    policy: NotRequired[str]
    edits: NotRequired[Literal["ask", "keep", "rebase", "drop"]]
    refused: NotRequired[list[str]]


class MelodyNote(TypedDict):
    """A sung note."""

    onset_ticks: int
    duration_ticks: int
    pitch: int
    syllable: int


class MissingSong(TypedDict):
    """A song that could not be made, or was not approved."""

    song_id: str
    reason: str


class ModelList(TypedDict):
    """Every model Hibari knows by name."""

    models: list[ModelView]


class ModelView(TypedDict):
    """A model."""

    name: str
    family: str
    summary: str
    licence: str
    credit: str
    where: str
    optional: bool
    present: bool
    remedy: str


class Models(TypedDict):
    """Which registered model makes what."""

    lyrics: NotRequired[str]
    music: NotRequired[str]
    cover: NotRequired[str]


class NewToken(TypedDict):
    """A token, with the secret that is shown this once."""

    token: TokenView
    secret: str


class NewWebhook(TypedDict):
    """A webhook, with the secret its calls are signed with, which is shown this once."""

    webhook: WebhookView
    secret: str


class NoteChange(TypedDict):
    """What becomes of a note of the tune; None leaves a value as it is."""

    index: int
    pitch: NotRequired[int | None]
    onset_ticks: NotRequired[int | None]
    duration_ticks: NotRequired[int | None]


class NotesBody(TypedDict):
    """Changes to notes of the tune."""

    changes: list[NoteChange]


class NotesChange(TypedDict):
    """What an edit of notes gave."""

    artifact: str


class OrderBody(TypedDict):
    """The order in which an album's songs run."""

    songs: list[str]


class Origin(TypedDict):
    """How an artifact came to be."""

    artifact: str
    kind: str
    label: str
    author: str
    slot: Slot | None
    recipe: str | None
    step: str
    revision: int | None
    seed: int | None
    take: int | None
    parameters: dict[str, Any]
    models: list[OriginModel]
    device: str
    software: dict[str, str]
    notes: list[str]
    run: str
    made_at: str | None
    seconds: float | None
    times_made: int
    inputs: list[OriginInput]
    edits: list[OriginEdit]


class OriginEdit(TypedDict):
    """A person's changes that gave the artifact."""

    person: str
    made_at: str
    base: str
    places: list[str]
    digest: str


class OriginInput(TypedDict):
    """Something that an artifact was made from."""

    name: str
    digest: str
    kind: str
    label: str


class OriginModel(TypedDict):
    """Weights, a font or a voice that took part."""

    name: str
    digest: str
    summary: str
    licence: str


class OwnMusic(TypedDict):
    """What is fixed of one song's music; what is left out is left to the composer."""

    form: NotRequired[str]
    verse: NotRequired[OwnTune]
    chorus: NotRequired[OwnTune]
    bridge: NotRequired[OwnTune]


class OwnTune(TypedDict):
    """What a person fixes of a tune, as text; '' is left to the composer."""

    chords: NotRequired[str]
    melody: NotRequired[str]


class OwnWords(TypedDict):
    """The user's own words for one song; `[verse]`, `[chorus]` and `[bridge]` lines mark its sections."""

    title: NotRequired[str]
    text: str


class Piece(TypedDict):
    """Something the studio needs."""

    name: str
    ready: bool
    detail: NotRequired[str]


class PressBody(TypedDict):
    """How to press; nothing need be said."""

    policy: NotRequired[str]


class PressRequest(TypedDict):
    """Press an album's approved songs."""

    kind: NotRequired[Literal["press"]]
    album_id: str
    policy: NotRequired[str]


class PriorityBody(TypedDict):
    """A place in the queue."""

    priority: int


class Problem(TypedDict):
    """What is wrong, with which value, and what to do about it (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    fields: NotRequired[list[dict[str, str]]]


class Prospect(TypedDict):
    """What would happen to a slot if the album were made now."""

    slot: Slot
    action: Literal["reuse", "make", "may be made again", "conflict"]
    take: int
    why: NotRequired[str]


class ProspectList(TypedDict):
    """What would be made, and why, slot by slot."""

    prospects: list[Prospect]


class Readiness(TypedDict):
    """Whether everything works."""

    ready: bool
    pieces: list[Piece]


class Recipe(TypedDict):
    """Everything that decides what a step makes."""

    step: str
    revision: int
    inputs: NotRequired[dict[str, str]]
    parameters: NotRequired[dict[str, Any]]
    checkpoints: NotRequired[dict[str, str]]
    seed: int


class Release(TypedDict):
    """The record of a pressed album."""

    kind: NotRequired[Literal["release"]]
    schema_version: NotRequired[int]
    album_id: str
    title: str
    artist: str
    theme: str
    brief: str
    machine: str
    approval: str
    two_people: NotRequired[bool]
    cover_approvers: NotRequired[list[str]]
    ai_generated: bool
    songs: list[ReleasedSong]
    missing: NotRequired[list[MissingSong]]
    cover: str
    plans: NotRequired[list[ChangedPlan]]
    steps: list[MadeStep]
    credits: list[str]
    notes: NotRequired[list[str]]
    files: list[ReleasedFile]


class ReleaseCard(TypedDict):
    """A pressed release."""

    number: int
    digest: str
    at: str


class ReleaseView(TypedDict):
    """A release and its record."""

    card: ReleaseCard
    release: Release


class ReleasedFile(TypedDict):
    """A file of the release and its hash."""

    path: str
    sha256: str
    size: int


class ReleasedSong(TypedDict):
    """A song of the release."""

    number: int
    song_id: str
    title: str
    duration_s: float
    key: str
    tempo_bpm: int
    integrated_lufs: float
    true_peak_dbtp: float
    approved_by: str
    approvers: NotRequired[list[str]]
    disclosure: Disclosure
    figures: list[Figure]
    shared: list[SharedRun]
    unmeasured: NotRequired[list[str]]


class Remark(TypedDict):
    """A note at a moment of the song."""

    at_s: float
    text: str


class RetakeBody(TypedDict):
    """A retake: new takes of a step, with changed settings where some are given, and all that follows from it."""

    song_id: NotRequired[str | None]
    step: str
    part: NotRequired[str]
    takes: NotRequired[int]
    changes: NotRequired[SongChanges]
    edits: NotRequired[Literal["ask", "keep", "rebase", "drop"]]
    reason: NotRequired[str]


class RetakeRequest(TypedDict):
    """Make another take of a step, with changed settings where some are given, and all that follows from it."""

    kind: NotRequired[Literal["retake"]]
    album_id: str
    song_id: NotRequired[str | None]
    step: str
    part: NotRequired[str]
    takes: NotRequired[int]
    changes: NotRequired[SongChanges]
    edits: NotRequired[Literal["ask", "keep", "rebase", "drop"]]
    reason: NotRequired[str]


class Schedule(TypedDict):
    """When a deployment runs by itself."""

    id: str
    deployment: str
    name: str
    cron: str
    timezone: str
    active: bool
    parameters: dict[str, Any]
    next_at: str | None


class ScheduleBody(TypedDict):
    """When a deployment runs by itself."""

    deployment: str
    name: str
    cron: str
    timezone: NotRequired[str]
    parameters: NotRequired[dict[str, Any]]
    active: NotRequired[bool]


class SectionPlan(TypedDict):
    """A stretch of the song."""

    name: str
    role: Literal["intro", "verse", "prechorus", "chorus", "bridge", "interlude", "outro"]
    bars: int
    energy: float
    words: NotRequired[str]
    melody: NotRequired[str]
    lines: NotRequired[list[LinePlan]]
    line_bars: NotRequired[int]


class SectionSpan(TypedDict):
    """Where a section lies in the song."""

    name: str
    role: Literal["intro", "verse", "prechorus", "chorus", "bridge", "interlude", "outro"]
    first_bar: int
    bars: int
    energy: float
    words: NotRequired[str]
    melody: NotRequired[str]
    line_bars: NotRequired[int]


class SettingsView(TypedDict):
    """Settings by their name in the environment, without `HIBARI_`."""

    settings: dict[str, Any]


class SettleBody(TypedDict):
    """What to do with an edit that no longer fits what it was made on."""

    step: str
    part: NotRequired[str]
    policy: Literal["keep", "rebase", "drop"]


class SharedRun(TypedDict):
    """The longest run that a song shares with a corpus."""

    of: Literal["words", "intervals and rhythm"]
    corpus: str
    length: int
    shared: NotRequired[str]
    where: NotRequired[str]
    limit: int


class Slot(TypedDict):
    """A place in an album that one artifact fills: a step of a song, or of the album itself."""

    album_id: str
    song_id: NotRequired[str | None]
    step: str
    part: NotRequired[str]


class SongCard(TypedDict):
    """A song of an album, in brief."""

    song_id: str
    number: int
    title: str
    theme: str
    genre: str
    mood: str
    key: str
    tempo_bpm: int
    beats_per_bar: int
    bars: int
    voice: str
    state: str
    duration_s: float
    master: str | None
    audio: BlobRef | None
    mp3: BlobRef | None
    integrated_lufs: float | None
    true_peak_dbtp: float | None
    flags: list[str]
    verdict: Verdict | None
    wanted: str
    reason: str


class SongChanges(TypedDict):
    """Settings of a song that a retake changes; None leaves one as it is."""

    title: NotRequired[str | None]
    theme: NotRequired[str | None]
    tempo_bpm: NotRequired[int | None]
    key: NotRequired[Key | None]
    swing: NotRequired[float | None]
    voice: NotRequired[str | None]
    mood: NotRequired[str | None]
    genre: NotRequired[str | None]


class SongDetail(TypedDict):
    """A song."""

    song: SongCard
    plan: SongPlan
    lyrics: Lyrics | None
    lead_sheet: LeadSheet | None
    inspection: Inspection | None
    steps: list[StepCard]


SongPlan = "dict[str, Any]"


class SongVersion(TypedDict):
    """A finished master of a song that is still in the store."""

    number: int
    artifact: str
    made_at: str
    duration_s: float
    integrated_lufs: float
    audio: BlobRef
    differs: list[str]
    current: bool
    verdict: Verdict | None


class SongVersionList(TypedDict):
    """Every finished master a song had, oldest first."""

    versions: list[SongVersion]


class Stats(TypedDict):
    """Figures of the studio."""

    albums: int
    albums_by_state: dict[str, int]
    queued: int
    running: int
    made_today: int
    failed_today: int
    made_s_today: float
    pressed_today: int
    disk_free_bytes: int
    listening: int
    up_s: float


class StepCard(TypedDict):
    """A place that one artifact fills, and what making the album now would do there."""

    song_id: str | None
    step: str
    part: str
    after: list[str]
    action: str
    why: str
    take: int
    takes: int
    artifact: str | None
    edited_by: str
    failure: str


class SungSyllable(TypedDict):
    """A syllable as it is sung: where in the words it comes from, and its sounds."""

    text: str
    phones: list[str]
    stress: Literal[0, 1, 2]
    section: int
    line: int
    word: int
    word_text: str
    ends_word: bool


class Syllable(TypedDict):
    """One sung syllable: how it is written and how it sounds."""

    text: str
    phones: list[str]
    stress: Literal[0, 1, 2]


class TakeCard(TypedDict):
    """A take of a slot."""

    song_id: str | None
    step: str
    part: str
    number: int
    artifact: str
    selected: bool


class TakeChoice(TypedDict):
    """A take that is to fill its slot."""

    song_id: NotRequired[str | None]
    step: str
    part: NotRequired[str]
    number: int


class TakeList(TypedDict):
    """Takes, by song, step, part and number."""

    takes: list[TakeCard]


class TempoRange(TypedDict):
    """Tempos the songs may take."""

    low: NotRequired[int]
    high: NotRequired[int]


class TokenBody(TypedDict):
    """Whom a token is for."""

    name: str
    role: Literal["viewer", "reviewer", "producer", "admin"]
    days: NotRequired[float | None]


class TokenView(TypedDict):
    """A token without its secret."""

    id: str
    name: str
    role: Literal["viewer", "reviewer", "producer", "admin"]
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class UserTune(TypedDict):
    """What is fixed of the tune of that name in a song's plan."""

    chords: NotRequired[str]
    melody: NotRequired[str]
    tune: str


class Verdict(TypedDict):
    """A person's, or a written policy's, decision on a song, or on the album's cover."""

    kind: NotRequired[Literal["verdict"]]
    schema_version: NotRequired[int]
    album_id: str
    song_id: NotRequired[str | None]
    subject: str
    decision: Literal["approved", "rejected", "retake"]
    by: str
    reason: NotRequired[str]
    remarks: NotRequired[list[Remark]]
    at: str


class VerdictBody(TypedDict):
    """A decision on songs, and on the cover where 'cover' is named; on all that is finished where nothing is."""

    songs: NotRequired[list[str]]
    decision: Literal["approved", "rejected", "retake"]
    reason: NotRequired[str]
    remarks: NotRequired[list[Remark]]


class VoiceRange(TypedDict):
    """The notes a singer is asked to sing, as MIDI numbers (60 is middle C)."""

    low: int
    high: int


class WebhookBody(TypedDict):
    """An address that is told of events."""

    url: str
    events: NotRequired[list[str]]


class WebhookView(TypedDict):
    """A webhook without its secret."""

    id: str
    url: str
    events: list[str]
    active: bool
    by: str
    created_at: str


class Why(TypedDict):
    """A reason."""

    reason: NotRequired[str]


class Word(TypedDict):
    """A word and its syllables; `text` keeps capitals and apostrophes, `trail` the punctuation that follows."""

    text: str
    trail: NotRequired[str]
    syllables: list[Syllable]


class WordsBody(TypedDict):
    """A new line of words, with as many syllables as the old one."""

    section: str
    line: int
    text: str


class WordsChange(TypedDict):
    """A line before and after an edit."""

    before: str
    after: str


class Hibari(Connection):
    """Every operation of the API, by its operation id."""

    def list_albums(
        self,
        *,
        state: list[
            Literal["open", "queued", "making", "review", "approved", "rejected", "pressed", "failed", "set aside"]
        ]
        | None = None,
        search: str | None = None,
        genre: str | None = None,
        mood: str | None = None,
        order: Literal["newest", "oldest", "title", "changed"] | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> AlbumPage:
        """A page of albums: listed, filtered and searched by title, artist, theme and id."""
        return cast(
            "AlbumPage",
            self.read_json(
                "GET",
                "/api/v1/albums",
                query={
                    "state": state,
                    "search": search,
                    "genre": genre,
                    "mood": mood,
                    "order": order,
                    "limit": limit,
                    "offset": offset,
                },
            ),
        )

    def make_album(
        self, body: Brief, *, priority: int | None = None, policy: str | None = None, key: str = ""
    ) -> JobCard:
        """Ask for an album: a brief as JSON, or one line of text."""
        return cast(
            "JobCard",
            self.read_json(
                "POST", "/api/v1/albums", query={"priority": priority, "policy": policy}, body=body, key=key
            ),
        )

    def get_album(self, album_id: str) -> AlbumDetail:
        """An album: its songs in running order, its cover, every step, its releases and jobs."""
        return cast("AlbumDetail", self.read_json("GET", f"/api/v1/albums/{place(album_id)}"))

    def plan_album(self, album_id: str) -> list[StepCard]:
        """What making the album now would make, what it would reuse, and why."""
        return cast("list[StepCard]", self.read_json("GET", f"/api/v1/albums/{place(album_id)}/plan"))

    def make_album_again(self, album_id: str, *, key: str = "") -> JobCard:
        """Go on with an album that is there: make what is missing, or what follows from edits and other takes."""
        return cast("JobCard", self.read_json("POST", f"/api/v1/albums/{place(album_id)}/make", key=key))

    def order_songs(self, album_id: str, body: OrderBody) -> OrderBody:
        """Let the songs run in another order."""
        return cast("OrderBody", self.read_json("PUT", f"/api/v1/albums/{place(album_id)}/order", body=body))

    def press_album(self, album_id: str, body: PressBody | None = None, *, key: str = "") -> JobCard:
        """Press the approved songs into a release."""
        return cast("JobCard", self.read_json("POST", f"/api/v1/albums/{place(album_id)}/press", body=body, key=key))

    def lift_quarantine(self, album_id: str) -> None:
        """Let an album be tried again that was set aside because its workers died."""
        self.read_json("DELETE", f"/api/v1/albums/{place(album_id)}/quarantine")

    def list_songs(self, album_id: str) -> list[SongCard]:
        """The songs of an album, in running order."""
        return cast("list[SongCard]", self.read_json("GET", f"/api/v1/albums/{place(album_id)}/songs"))

    def get_song(self, album_id: str, song_id: str) -> SongDetail:
        """A song: its plan, words, tune, inspection and steps, with the digests of what fills each."""
        return cast("SongDetail", self.read_json("GET", f"/api/v1/albums/{place(album_id)}/songs/{place(song_id)}"))

    def list_versions(self, album_id: str, song_id: str) -> SongVersionList:
        """Every finished master the song ever had and that is still here, oldest first."""
        return cast(
            "SongVersionList",
            self.read_json("GET", f"/api/v1/albums/{place(album_id)}/songs/{place(song_id)}/versions"),
        )

    def list_verdicts(self, album_id: str) -> list[Verdict]:
        """Every verdict on an album, oldest first; those on what has been made again since no longer count."""
        return cast("list[Verdict]", self.read_json("GET", f"/api/v1/albums/{place(album_id)}/verdicts"))

    def judge(self, album_id: str, body: VerdictBody) -> list[Verdict]:
        """Give a verdict on songs or the cover as they are now."""
        return cast("list[Verdict]", self.read_json("POST", f"/api/v1/albums/{place(album_id)}/verdicts", body=body))

    def list_takes(self, album_id: str, *, song: str | None = None, step: str | None = None) -> TakeList:
        """The takes of an album's slots, and which of them is selected."""
        return cast(
            "TakeList",
            self.read_json("GET", f"/api/v1/albums/{place(album_id)}/takes", query={"song": song, "step": step}),
        )

    def select_take(self, album_id: str, body: TakeChoice) -> TakeChoice:
        """Let a take that was made before fill its slot."""
        return cast("TakeChoice", self.read_json("PUT", f"/api/v1/albums/{place(album_id)}/selection", body=body))

    def list_edits(self, album_id: str) -> EditPage:
        """The edits that are active in an album, and which of them no longer fit what they were made on."""
        return cast("EditPage", self.read_json("GET", f"/api/v1/albums/{place(album_id)}/edits"))

    def edit_words(self, album_id: str, song_id: str, body: WordsBody) -> WordsChange:
        """Change a line of a song's words."""
        return cast(
            "WordsChange",
            self.read_json("POST", f"/api/v1/albums/{place(album_id)}/songs/{place(song_id)}/words", body=body),
        )

    def edit_notes(self, album_id: str, song_id: str, body: NotesBody) -> NotesChange:
        """Change notes of a song's tune."""
        return cast(
            "NotesChange",
            self.read_json("POST", f"/api/v1/albums/{place(album_id)}/songs/{place(song_id)}/notes", body=body),
        )

    def settle_edit(self, album_id: str, song_id: str, body: SettleBody) -> None:
        """Decide about an edit under which something was made again: keep, rebase or drop it."""
        self.read_json("POST", f"/api/v1/albums/{place(album_id)}/songs/{place(song_id)}/edits/settle", body=body)

    def retake(self, album_id: str, body: RetakeBody, *, key: str = "") -> JobCard:
        """Make new takes of a step, with changed settings where some are given, and all that follows from it."""
        return cast("JobCard", self.read_json("POST", f"/api/v1/albums/{place(album_id)}/retakes", body=body, key=key))

    def preview_retake(self, album_id: str, body: RetakeBody) -> ProspectList:
        """What a retake would make again, and why."""
        return cast(
            "ProspectList", self.read_json("POST", f"/api/v1/albums/{place(album_id)}/retakes/preview", body=body)
        )

    def list_releases(self, album_id: str) -> list[ReleaseCard]:
        """The releases of an album, oldest first."""
        return cast("list[ReleaseCard]", self.read_json("GET", f"/api/v1/albums/{place(album_id)}/releases"))

    def get_release(self, album_id: str, number: int) -> ReleaseView:
        """A release's record: songs, approval, credits, steps, and every file with its hash."""
        return cast("ReleaseView", self.read_json("GET", f"/api/v1/albums/{place(album_id)}/releases/{place(number)}"))

    def get_release_archive(self, album_id: str, number: int) -> bytes:
        """The whole folder as a zip archive."""
        return self.read_bytes("GET", f"/api/v1/albums/{place(album_id)}/releases/{place(number)}/archive")

    def get_release_file(self, album_id: str, number: int, name: str) -> bytes:
        """One file of a release, as an attachment, its hash checked."""
        return self.read_bytes(
            "GET", f"/api/v1/albums/{place(album_id)}/releases/{place(number)}/files/{path_place(name)}"
        )

    def list_jobs(
        self,
        *,
        state: list[Literal["queued", "running", "done", "failed", "cancelled"]] | None = None,
        album: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> JobPage:
        """Jobs, newest first."""
        return cast(
            "JobPage",
            self.read_json(
                "GET", "/api/v1/jobs", query={"state": state, "album": album, "limit": limit, "offset": offset}
            ),
        )

    def get_job(self, job_id: str) -> JobDetail:
        """A job: what was asked, how far it is, what came of it."""
        return cast("JobDetail", self.read_json("GET", f"/api/v1/jobs/{place(job_id)}"))

    def cancel_job(self, job_id: str, body: Why | None = None) -> JobCard:
        """Stop a job: at once where it waits; a running one stops at its next heartbeat."""
        return cast("JobCard", self.read_json("POST", f"/api/v1/jobs/{place(job_id)}/cancel", body=body))

    def set_priority(self, job_id: str, body: PriorityBody) -> JobCard:
        """Move a waiting job in the queue."""
        return cast("JobCard", self.read_json("PUT", f"/api/v1/jobs/{place(job_id)}/priority", body=body))

    def list_queue(self) -> list[JobCard]:
        """The jobs that are not over, in the order they are worked on; the running ones first."""
        return cast("list[JobCard]", self.read_json("GET", "/api/v1/queue"))

    def list_batches(self, *, limit: int | None = None, offset: int | None = None) -> JobPage:
        """Jobs of several albums, newest first."""
        return cast("JobPage", self.read_json("GET", "/api/v1/batches", query={"limit": limit, "offset": offset}))

    def make_batch(self, body: BatchBody, *, key: str = "") -> JobCard:
        """Ask for several albums at once: briefs, or entries that unfold into briefs."""
        return cast("JobCard", self.read_json("POST", "/api/v1/batches", body=body, key=key))

    def list_schedules(self) -> list[Schedule]:
        """Every schedule, and when each runs next."""
        return cast("list[Schedule]", self.read_json("GET", "/api/v1/schedules"))

    def add_schedule(self, body: ScheduleBody) -> Schedule:
        """Let a deployment, such as `nightly`, run by itself."""
        return cast("Schedule", self.read_json("POST", "/api/v1/schedules", body=body))

    def pause_schedule(self, schedule_id: str) -> Schedule:
        """Let a schedule rest: it starts nothing until it is resumed."""
        return cast("Schedule", self.read_json("POST", f"/api/v1/schedules/{place(schedule_id)}/pause"))

    def resume_schedule(self, schedule_id: str) -> Schedule:
        """Let a schedule go on."""
        return cast("Schedule", self.read_json("POST", f"/api/v1/schedules/{place(schedule_id)}/resume"))

    def remove_schedule(self, schedule_id: str) -> None:
        """Remove a schedule."""
        self.read_json("DELETE", f"/api/v1/schedules/{place(schedule_id)}")

    def get_artifact(self, digest: str) -> ArtifactView:
        """An artifact's record, its own hash checked."""
        return cast("ArtifactView", self.read_json("GET", f"/api/v1/artifacts/{place(digest)}"))

    def get_lineage(self, digest: str) -> LineageView:
        """What an artifact was made from, down to what was made from nothing."""
        return cast("LineageView", self.read_json("GET", f"/api/v1/artifacts/{place(digest)}/lineage"))

    def get_origins(self, digest: str) -> Origin:
        """Who made or edited an artifact, and how: recipe, seed, take, weights, software, machine, inputs, edits."""
        return cast("Origin", self.read_json("GET", f"/api/v1/artifacts/{place(digest)}/origins"))

    def list_dependants(self, digest: str) -> Dependants:
        """What was made from an artifact, directly or through others."""
        return cast("Dependants", self.read_json("GET", f"/api/v1/artifacts/{place(digest)}/dependants"))

    def get_blob(self, sha256: str, *, type_: str | None = None, save_as: str | None = None) -> bytes:
        """The bytes of a blob."""
        return self.read_bytes("GET", f"/api/v1/blobs/{place(sha256)}", query={"type": type_, "save_as": save_as})

    def list_events(
        self, *, after: int | None = None, album: str | None = None, job: str | None = None, limit: int | None = None
    ) -> EventList:
        """Events after a number, oldest first; from the first that is still kept without one."""
        return cast(
            "EventList",
            self.read_json(
                "GET", "/api/v1/events/list", query={"after": after, "album": album, "job": job, "limit": limit}
            ),
        )

    def health(self) -> Health:
        """Whether the web application answers."""
        return cast("Health", self.read_json("GET", "/api/v1/health"))

    def ready(self) -> Readiness:
        """Whether every piece works: catalogue, blob store, Prefect server."""
        return cast("Readiness", self.read_json("GET", "/api/v1/ready"))

    def list_models(self) -> ModelList:
        """Every model that a brief may name, and whether it is here."""
        return cast("ModelList", self.read_json("GET", "/api/v1/models"))

    def get_stats(self) -> Stats:
        """Albums by state, the queue, room on the disk, how much was made lately."""
        return cast("Stats", self.read_json("GET", "/api/v1/stats"))

    def list_choices(
        self, *, album: str | None = None, before: int | None = None, limit: int | None = None
    ) -> ChoicePage:
        """The log of choices, newest first: who, when, what and why."""
        return cast(
            "ChoicePage",
            self.read_json("GET", "/api/v1/choices", query={"album": album, "before": before, "limit": limit}),
        )

    def get_settings(self) -> SettingsView:
        """How the studio is set up; secrets are not shown."""
        return cast("SettingsView", self.read_json("GET", "/api/v1/settings"))

    def get_openapi(self) -> dict[str, Any]:
        """The document you read."""
        return cast("dict[str, Any]", self.read_json("GET", "/api/v1/openapi.json"))

    def list_tokens(self) -> list[TokenView]:
        """Every token there ever was, without secrets."""
        return cast("list[TokenView]", self.read_json("GET", "/api/v1/tokens"))

    def add_token(self, body: TokenBody) -> NewToken:
        """Make a token for a person or a program."""
        return cast("NewToken", self.read_json("POST", "/api/v1/tokens", body=body))

    def revoke_token(self, token_id: str) -> None:
        """Revoke a token: it, and the sessions it began, open nothing within a second."""
        self.read_json("DELETE", f"/api/v1/tokens/{place(token_id)}")

    def list_webhooks(self) -> list[WebhookView]:
        """Every webhook, without secrets."""
        return cast("list[WebhookView]", self.read_json("GET", "/api/v1/webhooks"))

    def add_webhook(self, body: WebhookBody) -> NewWebhook:
        """Tell an address of events from now on."""
        return cast("NewWebhook", self.read_json("POST", "/api/v1/webhooks", body=body))

    def remove_webhook(self, hook_id: str) -> None:
        """Tell an address of nothing any more; its log of calls goes too."""
        self.read_json("DELETE", f"/api/v1/webhooks/{place(hook_id)}")

    def list_deliveries(self, hook_id: str, *, limit: int | None = None) -> list[Delivery]:
        """The calls of a webhook, newest first: waiting, delivered or failed, and what came back."""
        return cast(
            "list[Delivery]",
            self.read_json("GET", f"/api/v1/webhooks/{place(hook_id)}/deliveries", query={"limit": limit}),
        )

    def follow(self, job_id: str) -> Iterator[Event]:
        """Every event of a job, those of before too, until it is over."""
        for event in self.events("/api/v1/events", job=job_id, after=0):
            yield cast("Event", event)
            if event["kind"] in ("job.finished", "job.cancelled"):
                return
