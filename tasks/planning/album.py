"""The album's arc: how keys, tempos, moods and energies of its songs belong together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

import numpy as np

from schemas.brief import OwnMusic
from schemas.errors import BriefError
from schemas.making import derive_seed
from schemas.plan import TONICS, AlbumPlan, Genre, Key, Mode, Mood, SongPlan, VoiceRange
from tasks.planning.forms import build_sections, choose_frame
from tasks.planning.own_music import asked_sections, brought_melodies, fit_melodies, given_tunes, own_key, user_tunes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.brief import Brief

T = TypeVar("T")


@dataclass(frozen=True)
class GenreHabits:
    """Where a genre is at home."""

    tempo_low: int
    tempo_high: int
    swing: float
    waltz: float
    moods: tuple[Mood, ...]


HABITS: dict[Genre, GenreHabits] = {
    "piano-ballad": GenreHabits(64, 84, 0.0, 0.2, ("tender", "melancholy", "nostalgic", "calm")),
    "folk": GenreHabits(84, 116, 0.0, 0.25, ("hopeful", "nostalgic", "calm", "tender")),
    "synth-pop": GenreHabits(100, 124, 0.0, 0.0, ("joyful", "restless", "hopeful", "triumphant")),
    "rock": GenreHabits(108, 140, 0.0, 0.0, ("restless", "triumphant", "joyful", "hopeful")),
    "lo-fi": GenreHabits(70, 90, 0.22, 0.0, ("calm", "nostalgic", "melancholy", "tender")),
    "bossa": GenreHabits(108, 132, 0.0, 0.0, ("calm", "tender", "joyful", "nostalgic")),
}
"""Tempo, swing, chance of three-four time, and moods of each genre."""

_MINOR_MOODS: frozenset[Mood] = frozenset({"melancholy", "restless", "nostalgic"})
_MOOD_WORDS: dict[Mood, str] = {
    "melancholy": "rain lost grey gone alone lonely grief tears winter goodbye empty leaving dead sorrow",
    "nostalgic": "remember memory old childhood photograph letters summer once years ago yesterday home attic",
    "hopeful": "dawn light spring tomorrow seed hope rise morning bridge begin new",
    "joyful": "dance party sun laugh laughter holiday festival kite carnival bright",
    "calm": "sea lake quiet moon night sleep snow garden river slow clouds lighthouse",
    "restless": "city train road run storm fire electric neon engine midnight escape highway",
    "tender": "love heart mother father child hand hands kiss letter daughter son",
    "triumphant": "victory crown mountain summit win hero flag champion glory",
}
_FACETS: tuple[str, ...] = (
    "the first time, at the break of day",
    "in the middle of it, when it matters most",
    "long afterwards, looking back at night",
    "what nobody else sees",
    "a letter that was never sent",
    "the sound of it from far away",
    "when the weather turns",
    "a promise made and kept",
    "the one who left",
    "an ordinary afternoon",
    "the dream of it",
    "what the hands remember",
    "a stranger passing through",
    "before anyone else is awake",
    "the road that leads there",
    "the last of the light",
    "what was found and what was lost",
    "a conversation with the dark",
    "counting the days",
    "coming home",
)


def plan_album(brief: Brief, voices: Mapping[str, VoiceRange]) -> AlbumPlan:
    """The plan of an album: an arc of energy, related keys, tempos near each other, one voice.

    Args:
        brief: what was asked.
        voices: the notes each installed voice sings well, by name.

    Raises:
        BriefError: the voice is not installed, or no song form fits length and tempo.
    """
    rng = np.random.default_rng(derive_seed(brief.seed, "album", "plan_album", 0))
    mood = brief.mood or _mood(brief, rng)
    genre = brief.genre or _genre(mood, rng)
    voice = _voice(brief.voice, voices, rng)
    energies = _arc(brief.songs, rng)
    keys = _keys(brief, mood, rng)
    songs = tuple(
        _song(brief, index, genre=genre, mood=mood, energy=energies[index], key=keys[index], voice=voice, voices=voices)
        for index in range(brief.songs)
    )
    return AlbumPlan(
        album_id=brief.album_id,
        title=brief.title or title_from(brief.theme),
        artist=brief.artist,
        theme=brief.theme,
        genre=genre,
        mood=mood,
        cover_model=brief.models.cover,
        songs=songs,
    )


def _song(
    brief: Brief,
    index: int,
    *,
    genre: Genre,
    mood: Mood,
    energy: float,
    key: Key,
    voice: str,
    voices: Mapping[str, VoiceRange],
) -> SongPlan:
    song_id = f"song-{index + 1}"
    rng = np.random.default_rng(derive_seed(brief.seed, song_id, "plan_song", 0))
    habits = HABITS[genre]
    own = brief.music[index] if index < len(brief.music) else OwnMusic()
    melodies = _blamed(index, lambda: brought_melodies(own, key))
    beats: Literal[3, 4] = 3 if rng.random() < habits.waltz else 4
    beats = next((tune.beats_per_bar for tune in melodies.values()), beats)
    low, high = brief.tempo_bpm.low, brief.tempo_bpm.high
    wanted = round(habits.tempo_low + (habits.tempo_high - habits.tempo_low) * energy + float(rng.uniform(-3, 3)))
    frame = choose_frame(
        tempo_bpm=min(high, max(low, wanted)),
        tempo_low=low,
        tempo_high=high,
        length_s=brief.length_s,
        beats_per_bar=beats,
        rng=rng,
    )
    sections = build_sections(frame, energy=energy, rng=rng)
    if own.form:
        sections = _blamed(index, lambda: asked_sections(own.form, bar_s=frame.bar_s, energy=energy, rng=rng))
    if melodies:
        sections = _blamed(index, lambda: fit_melodies(sections, melodies))
    words = brief.lyrics[index] if index < len(brief.lyrics) else None
    facet = _FACETS[index % len(_FACETS)] if brief.songs > 1 else ""
    plan = SongPlan(
        song_id=song_id,
        theme=f"{brief.theme}: {facet}"[:400] if facet else brief.theme,
        title=words.title if words else "",
        genre=genre,
        mood=mood,
        key=key if brief.keys else own_key(own, melodies) or key,
        tempo_bpm=frame.tempo_bpm,
        beats_per_bar=beats,
        swing=habits.swing,
        voice=voice,
        voice_range=voices[voice],
        sections=sections,
        user_lyrics=words.text if words else "",
        user_tunes=user_tunes(own),
        lyrics_model=brief.models.lyrics,
        music_model=brief.models.music,
    )
    _blamed(index, lambda: given_tunes(plan))
    return plan


def _blamed(index: int, read: Callable[[], T]) -> T:
    """What a person's own music comes to; an error says of which song it is."""
    try:
        return read()
    except BriefError as error:
        raise BriefError(f"music.{index}: {error}") from error


def title_from(theme: str) -> str:
    """An album title from a theme: its first words, in title case, never ending on a small word."""
    small = {"a", "an", "and", "at", "but", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
    main = re.split(r"[,;:.!?]|\s(?:who|that|which|where|when|because|while)\s", theme.strip())[0]
    words = re.split(r"\s+", main.strip() or theme.strip())
    kept = words[:7]
    while len(kept) > 1 and (kept[-1].lower() in small or len(" ".join(kept)) > 48):
        kept.pop()
    titled = [word if i and word.lower() in small else word[:1].upper() + word[1:] for i, word in enumerate(kept)]
    return " ".join(titled).rstrip(".,;:!")[:120] or "Untitled"


def _mood(brief: Brief, rng: np.random.Generator) -> Mood:
    words = set(re.findall(r"[a-z]+", brief.theme.lower()))
    hits: dict[Mood, int] = {mood: len(words & set(listed.split())) for mood, listed in _MOOD_WORDS.items()}
    if max(hits.values()) > 0:
        return max(hits, key=lambda mood: hits[mood])
    if brief.genre:
        moods = HABITS[brief.genre].moods
        return moods[int(rng.integers(len(moods)))]
    moods = get_args(Mood)
    return moods[int(rng.integers(len(moods)))]


def _genre(mood: Mood, rng: np.random.Generator) -> Genre:
    fitting = [genre for genre, habits in HABITS.items() if mood in habits.moods]
    return fitting[int(rng.integers(len(fitting)))]


def _voice(asked: str, voices: Mapping[str, VoiceRange], rng: np.random.Generator) -> str:
    names = sorted(voices)
    if asked == "auto":
        return names[int(rng.integers(len(names)))]
    if asked not in voices:
        raise BriefError(f"voice: {asked!r} is not installed; choose 'auto' or one of {', '.join(names)}")
    return asked


def _arc(songs: int, rng: np.random.Generator) -> list[float]:
    """Energies over the running order: an opening, a rise to a peak about two thirds in, a quiet close."""
    if songs == 1:
        return [0.6]
    places = np.linspace(0, 1, songs)
    curve = np.interp(places, [0.0, 0.3, 0.65, 1.0], [0.55, 0.7, 0.95, 0.25])
    return [float(value) for value in np.clip(curve + rng.uniform(-0.06, 0.06, songs), 0, 1)]


def _keys(brief: Brief, mood: Mood, rng: np.random.Generator) -> list[Key]:
    """Keys a fifth, a relative or a parallel step apart; only from the brief's list where it names any."""
    allowed = brief.key_choices()
    if allowed:
        return [allowed[index % len(allowed)] for index in range(brief.songs)]
    mode: Mode = "minor" if mood in _MINOR_MOODS else "major"
    keys = [Key(tonic=TONICS[int(rng.integers(12))], mode=mode)]
    while len(keys) < brief.songs:
        last = keys[-1]
        steps: list[tuple[int, Mode]] = [(7, last.mode), (5, last.mode)]
        steps.append((9, "minor") if last.mode == "major" else (3, "major"))
        step, new_mode = steps[int(rng.integers(len(steps)))]
        keys.append(Key(tonic=TONICS[(last.pitch_class + step) % 12], mode=new_mode))
    return keys
