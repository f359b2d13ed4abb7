"""The brief as a form: its fields from a brief, a brief from its fields, and each refusal by its field."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from media.scenes.motifs import MOTIFS
from media.voice.voices import VOICES
from models import registry
from schemas.brief import Brief, FilmWish, OwnMusic
from schemas.brief_reading import brief_from_fields, brief_from_text
from schemas.errors import BriefError
from schemas.plan import Genre, Mood
from tasks.policies import POLICIES
from tasks.progress import STEP_WEIGHTS, usual_steps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.datastructures import FormData

MAX_UPLOAD_BYTES = 256 * 1024
PLAIN = ("theme", "title", "artist", "songs", "genre", "mood", "voice", "seed", "takes")
RANGES = {"tempo": "tempo_bpm", "length": "length_s"}
MODELS = ("lyrics", "music", "cover")
ART = ("motif", "look")
TUNES = ("verse", "chorus", "bridge")
MUSIC = ("form", *(f"{tune}_{what}" for tune in TUNES for what in ("chords", "melody")))
FILM = {"film": "style", "film_width": "width_px", "film_height": "height_px", "film_fps": "fps"}


@dataclass
class BriefForm:
    """What stands in the form: text by field, own words and music by song, what is wrong by field ('' for all)."""

    fields: dict[str, str] = field(default_factory=dict)
    words: list[tuple[str, str]] = field(default_factory=list)
    music: list[dict[str, str]] = field(default_factory=list)
    wrongs: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.fields.get(name, "")


def empty_form(theme: str = "") -> BriefForm:
    """The form as it is met: what a brief has by itself, and a theme where one was given."""
    found = form_of(Brief(theme=theme or "?"))
    found.fields["theme"] = theme
    return found


def form_of(brief: Brief) -> BriefForm:
    """The form that a brief would have been asked for with."""
    fields = {name: str(value) for name in PLAIN if (value := getattr(brief, name)) is not None}
    fields["keys"] = ", ".join(brief.keys)
    for short, name in RANGES.items():
        fields[f"{short}_low"] = str(getattr(brief, name).low)
        fields[f"{short}_high"] = str(getattr(brief, name).high)
    for family in MODELS:
        fields[f"model_{family}"] = getattr(brief.models, family)
    fields |= {name: getattr(brief.art, name) for name in ART}
    fields |= {name: str(getattr(brief.film, place)) for name, place in FILM.items()}
    return BriefForm(
        fields, [(song.title, song.text) for song in brief.lyrics], [_music_of(own) for own in brief.music]
    )


def form_from(sent: FormData) -> BriefForm:
    """The form as it was sent."""
    fields = {name: str(value) for name, value in sent.items() if isinstance(value, str)}
    titles, texts = sent.getlist("words_title"), sent.getlist("words_text")
    words = [(str(title), str(text)) for title, text in zip(titles, texts, strict=False)]
    music = zip(*(map(str, sent.getlist(f"music_{name}")) for name in MUSIC), strict=False)
    return BriefForm(fields, words[:20], [dict(zip(MUSIC, texts, strict=True)) for texts in music][:20])


def brief_from_form(form: BriefForm) -> Brief:
    """The brief that the form asks for.

    Raises:
        BriefError: a field is refused; `form.wrongs` says which, with its value and bound.
    """
    return _told(form, lambda: brief_from_fields(_brief_fields(form)))


def brief_from_document(form: BriefForm, text: str) -> Brief:
    """The brief that a pasted or uploaded document describes.

    Raises:
        BriefError: it is refused; `form.wrongs` says why under 'document'.
    """
    try:
        return brief_from_text(text)
    except BriefError as error:
        form.wrongs["document"] = str(error)
        raise


async def document_in(sent: FormData) -> str:
    """The document that was pasted or uploaded; '' where none was.

    Raises:
        BriefError: it is too long, or is no text.
    """
    upload = sent.get("file")
    if upload is None or isinstance(upload, str) or not upload.filename:
        return str(sent.get("document") or "").strip()
    content = await upload.read(MAX_UPLOAD_BYTES + 1)
    if len(content) > MAX_UPLOAD_BYTES:
        raise BriefError(f"the file has more than {MAX_UPLOAD_BYTES // 1024} KiB: a brief is shorter than that")
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise BriefError("the file is not UTF-8 text: save it again as UTF-8") from error


def choices(models_dir: Path) -> dict[str, Any]:
    """What the form's lists offer: genres, moods, voices, models that are here, and policies."""
    here = [card for card in registry.models(models_dir) if registry.is_present(card.name, models_dir)]
    return {
        "genres": get_args(Genre),
        "moods": get_args(Mood),
        "voices": [(name, card.title) for name, card in VOICES.items()],
        "models": {family: [card for card in here if card.family == family] for family in MODELS},
        "motifs": tuple(sorted(MOTIFS)),
        "films": get_args(FilmWish),
        "policies": [(policy.name, policy.text) for policy in POLICIES.values()],
    }


def guessed_s(brief: Brief, workers: int) -> float:
    """Roughly how long making it takes here, in seconds, as `tasks.progress` weighs steps."""
    minutes_a_song = (brief.length_s.low + brief.length_s.high) / 120
    weighed = sum(STEP_WEIGHTS.get(step, 1.0) for step in usual_steps(brief))
    return float(weighed * minutes_a_song * math.sqrt(brief.takes) / workers)


def _brief_fields(form: BriefForm) -> dict[str, Any]:
    fields: dict[str, Any] = {name: form.text(name).strip() for name in PLAIN if form.text(name).strip()}
    fields.setdefault("theme", "")
    keys = [name.strip() for name in re.split(r"[,;\n]", form.text("keys")) if name.strip()]
    if keys:
        fields["keys"] = keys
    for short, name in RANGES.items():
        ends = {end: form.text(f"{short}_{end}").strip() for end in ("low", "high")}
        given = {end: value for end, value in ends.items() if value}
        if given:
            fields[name] = given
    chosen = {family: form.text(f"model_{family}") for family in MODELS if form.text(f"model_{family}")}
    if chosen:
        fields["models"] = chosen
    art = {name: form.text(name).strip() for name in ART if form.text(name).strip()}
    if art:
        fields["art"] = art
    film = {place: form.text(name).strip() for name, place in FILM.items() if form.text(name).strip()}
    if film:
        fields["film"] = film
    words = [(title, text) for title, text in form.words if text.strip()]
    if words:
        fields["lyrics"] = [{"title": title.strip(), "text": text} for title, text in words]
    music = [_own_music(given) for given in form.music]
    while music and not music[-1]:
        music.pop()
    if music:
        fields["music"] = music
    return fields


def _music_of(own: OwnMusic) -> dict[str, str]:
    """What the form shows of a song's own music."""
    facts = {"form": own.form}
    for tune in TUNES:
        facts |= {f"{tune}_chords": getattr(own, tune).chords, f"{tune}_melody": getattr(own, tune).melody}
    return facts


def _own_music(given: Mapping[str, str]) -> dict[str, Any]:
    """What a brief says of a song's own music; nothing where the form was left empty."""
    found: dict[str, Any] = {"form": given["form"].strip()} if given.get("form", "").strip() else {}
    for tune in TUNES:
        texts = {what: given.get(f"{tune}_{what}", "").strip() for what in ("chords", "melody")}
        if any(texts.values()):
            found[tune] = {what: text for what, text in texts.items() if text}
    return found


def _told(form: BriefForm, read: Any) -> Brief:  # noqa: ANN401 - a call without arguments
    try:
        brief: Brief = read()
    except BriefError as error:
        form.wrongs |= wrongs_of(error)
        raise
    return brief


def wrongs_of(error: BriefError) -> dict[str, str]:
    """What is wrong, by the form's fields; '' for what is about no field alone."""
    cause, text = error.__cause__, str(error)
    places = (
        [".".join(str(part) for part in item["loc"]) for item in cause.errors()[:8]]
        if isinstance(cause, ValidationError)
        else []
    )
    starts: list[tuple[int, str]] = []
    for place in places:
        at = text.find(f"{place or 'brief'}: ", starts[-1][0] + 1 if starts else 0)
        if at >= 0:
            starts.append((at, place))
    if not starts:
        return {_field(text.partition(":")[0]): text}
    ends = [at for at, _ in starts[1:]] + [len(text)]
    found: dict[str, str] = {}
    for (at, place), end in zip(starts, ends, strict=True):
        told = text[at:end].removesuffix("; ").partition(": ")[2]
        found.setdefault(_field(place), told)
    return found


def _field(place: str) -> str:
    """The form's field for a place in a brief."""
    names: Mapping[str, str] = {
        "tempo_bpm": "tempo_low",
        "tempo_bpm.low": "tempo_low",
        "tempo_bpm.high": "tempo_high",
        "length_s": "length_low",
        "length_s.low": "length_low",
        "length_s.high": "length_high",
        **{f"film.{place}": name for name, place in FILM.items()},
    }
    if place in names:
        return names[place]
    head = place.partition(".")[0]
    if head == "models":
        return "model_" + (place.split(".")[1] if "." in place else "lyrics")
    if head == "art":
        return place.split(".")[1] if "." in place else "motif"
    return head if head in (*PLAIN, "keys", "lyrics", "music", "film") else ""
