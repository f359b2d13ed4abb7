"""Which scene suits an album or a song: by the images its words name, its mood and its energy, and a seed.

The rule, in this order:

1. A motif's score is three for each of its words that the theme or title names, shared among the motifs that have the
   word, and one for each that the lyrics name (at most three); forms, which show no thing, count half. A motif whose
   mood it is gets a little. Where words call for some, only motifs that come near the best of them are proposed; where
   none do, the mood's motifs and chance decide.
2. Hour and weather are those that the words name (`_HOUR_WORDS`, `_WEATHER_WORDS`); otherwise the mood has its odds.
3. Compositions, and all else, are the seed's. Of several proposals no two have both motif and composition in common.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar, get_args

import numpy as np

from media.scenes.motif import HOURS, WEATHERS, Motif
from media.scenes.motifs import MOTIFS
from schemas.plan import Mood
from schemas.scene import Hour, Weather

C = TypeVar("C", Hour, Weather)

_MOST_FROM_LYRICS = 3
_CALLED = 1.9
_NEAR = 0.6

_HOUR_WORDS: dict[Hour, str] = {
    "dawn": "dawn daybreak sunrise morning awake waking early",
    "day": "noon midday sun sunny afternoon daylight summer bright",
    "dusk": "dusk evening sunset twilight gloaming autumn fading",
    "night": "night midnight moon star dark sleep dream lamp candle lantern shadow neon",
}
_WEATHER_WORDS: dict[Weather, str] = {
    "clear": "clear cloudless",
    "cloudy": "cloud grey gray overcast wind",
    "mist": "mist fog haze smoke steam ghost",
    "rain": "rain umbrella puddle wet drizzle",
    "snow": "snow winter frost ice frozen cold december",
    "storm": "storm thunder lightning tempest hurricane",
}
_HOUR_ODDS: dict[Mood, tuple[float, float, float, float]] = {
    "calm": (0.35, 0.3, 0.2, 0.15),
    "hopeful": (0.6, 0.3, 0.1, 0.0),
    "joyful": (0.15, 0.65, 0.2, 0.0),
    "melancholy": (0.1, 0.1, 0.4, 0.4),
    "nostalgic": (0.15, 0.2, 0.55, 0.1),
    "restless": (0.05, 0.1, 0.35, 0.5),
    "tender": (0.4, 0.15, 0.3, 0.15),
    "triumphant": (0.25, 0.4, 0.35, 0.0),
}
_WEATHER_ODDS: dict[Mood, tuple[float, float, float, float, float, float]] = {
    "calm": (0.55, 0.2, 0.25, 0.0, 0.0, 0.0),
    "hopeful": (0.6, 0.35, 0.05, 0.0, 0.0, 0.0),
    "joyful": (0.75, 0.25, 0.0, 0.0, 0.0, 0.0),
    "melancholy": (0.2, 0.25, 0.25, 0.25, 0.05, 0.0),
    "nostalgic": (0.5, 0.3, 0.15, 0.05, 0.0, 0.0),
    "restless": (0.3, 0.3, 0.05, 0.15, 0.0, 0.2),
    "tender": (0.6, 0.2, 0.2, 0.0, 0.0, 0.0),
    "triumphant": (0.6, 0.35, 0.0, 0.0, 0.0, 0.05),
}
_MOOD_MOTIFS: dict[Mood, tuple[str, ...]] = {
    "calm": ("sea", "meadow", "forest", "river", "rings"),
    "hopeful": ("road", "birds", "meadow", "balloon", "mountains"),
    "joyful": ("balloon", "flower", "cutouts", "birds", "ribbons"),
    "melancholy": ("window", "harbour", "arctic", "figure", "underwater"),
    "nostalgic": ("house", "railway", "contours", "road", "instrument"),
    "restless": ("city", "street", "shards", "railway", "fire"),
    "tender": ("flower", "moth", "figure", "meadow", "halves"),
    "triumphant": ("mountains", "birds", "planets", "shards", "steps"),
}


_ENDINGS = ("s", "es", "ed", "ing", "y", "ies", "ly")
_SHARED = Counter(word for motif in MOTIFS.values() for word in motif.words)
_OWN = {word: 1.0 / count for word, count in _SHARED.items()}
"""How much a word is a motif's own: 1, or the share of it where several motifs have it."""


@dataclass(frozen=True)
class Proposal:
    """A motif, laid out, at an hour and in a weather, and why."""

    motif: str
    composition: str
    hour: Hour
    weather: Weather
    reasons: tuple[str, ...]


def images_named(text: str) -> dict[str, int]:
    """How often some words name each motif: the motifs that are named at all, most named first."""
    words = _words(text)
    found = {name: sum(words[word] for word in _said(motif.words, words)) for name, motif in MOTIFS.items()}
    return {name: count for name, count in sorted(found.items(), key=lambda item: (-item[1], item[0])) if count}


def propose(
    theme: str,
    images: Mapping[str, int],
    mood: Mood,
    *,
    seed: int,
    count: int,
    motif: str = "",
    avoid: Iterable[tuple[str, str]] = (),
) -> tuple[Proposal, ...]:
    """Scenes that suit, the best first, no two of the same motif and composition.

    Args:
        theme: theme and title, whose words weigh most.
        images: how often the lyrics name each motif (see `images_named`).
        mood: of the album or song.
        seed: chooses among what fits.
        count: how many, 1 or more; fewer come where there are not so many compositions.
        motif: the one motif to choose from; '' for any.
        avoid: motifs with their compositions that others have already.
    """
    rng = np.random.default_rng([get_args(Mood).index(mood), seed])
    scores = {motif: 1.0} if motif else _called_for(_scores(theme, images, mood, rng))
    taken = set(avoid)
    words = _words(theme)
    found: list[Proposal] = []
    for name in sorted(scores, key=lambda one: (-scores[one], one)):
        chosen = MOTIFS[name]
        free = [one for one in chosen.compositions if (name, one) not in taken]
        for composition in [free[int(at)] for at in rng.permutation(len(free))]:
            hour, hour_why = _hour(chosen, words, mood, rng)
            weather, weather_why = _weather(chosen, words, mood, rng)
            why = _why(name, words, images, mood, asked=bool(motif))
            found.append(Proposal(name, composition, hour, weather, (why, hour_why, weather_why)))
    return tuple(_spread(found)[:count])


def _called_for(scores: dict[str, float]) -> dict[str, float]:
    """The motifs that words call for, where any do; otherwise all."""
    best = max(scores.values())
    return {name: score for name, score in scores.items() if best < _CALLED or score >= _NEAR * best}


def _spread(found: list[Proposal]) -> list[Proposal]:
    """The first of each motif in order of score, then the second of each: few candidates show many motifs."""
    seen: Counter[str] = Counter()
    ranked = []
    for place, one in enumerate(found):
        ranked.append((seen[one.motif] * 3 + place / 2, place, one))
        seen[one.motif] += 1
    return [one for _, _, one in sorted(ranked, key=lambda item: item[:2])]


def _scores(theme: str, images: Mapping[str, int], mood: Mood, rng: np.random.Generator) -> dict[str, float]:
    words = _words(theme)
    scores = {}
    for name, motif in MOTIFS.items():
        said = sum(words[word] * _OWN[stem] for stem in motif.words for word in _said((stem,), words))
        score = (3.0 * said + min(_MOST_FROM_LYRICS, images.get(name, 0))) * (1.0 if motif.drawn else 0.5)
        score += 0.6 if name in _MOOD_MOTIFS[mood] else 0.0
        scores[name] = score + float(rng.uniform(0, 0.9))
    return scores


def _words(text: str) -> Counter[str]:
    """The words of a text and each two that follow one another, in lower case."""
    plain = re.findall(r"[a-z]+", text.lower().replace("’", "").replace("'", ""))
    return Counter([*plain, *(f"{one} {other}" for one, other in zip(plain, plain[1:], strict=False))])


def _said(stems: Iterable[str], words: Counter[str]) -> list[str]:
    """The words that begin with one of the stems and end as English words do."""
    known = {stem + ending for stem in stems for ending in ("", *_ENDINGS)}
    known |= {stem[:-1] + ending for stem in stems if stem.endswith("e") for ending in _ENDINGS if ending[0] in "eiy"}
    return [word for word in words if word in known]


def _hour(motif: Motif, words: Counter[str], mood: Mood, rng: np.random.Generator) -> tuple[Hour, str]:
    return _chosen(HOURS, motif.hours, _HOUR_WORDS, _HOUR_ODDS[mood], words, mood, rng)


def _weather(motif: Motif, words: Counter[str], mood: Mood, rng: np.random.Generator) -> tuple[Weather, str]:
    return _chosen(WEATHERS, motif.weathers, _WEATHER_WORDS, _WEATHER_ODDS[mood], words, mood, rng)


def _chosen(
    all_of: tuple[C, ...],
    allowed: tuple[C, ...],
    called: Mapping[C, str],
    odds: tuple[float, ...],
    words: Counter[str],
    mood: Mood,
    rng: np.random.Generator,
) -> tuple[C, str]:
    """One of the choices a motif allows, and why: what the words name, or by the mood's odds."""
    for one in all_of:
        said = _said(called[one].split(), words)
        if said and one in allowed:
            return one, f"{one}: the words say {said[0]!r}"
    shares = np.array([share if one in allowed else 0.0 for one, share in zip(all_of, odds, strict=True)])
    shares = shares if shares.sum() else np.array([1.0 if one in allowed else 0.0 for one in all_of])
    found = all_of[int(rng.choice(len(all_of), p=shares / shares.sum()))]
    return found, f"{found}: suits {mood}"


def _why(name: str, words: Counter[str], images: Mapping[str, int], mood: Mood, *, asked: bool) -> str:
    if asked:
        return f"{name}: the brief asks for it"
    said = _said(MOTIFS[name].words, words)
    if said:
        return f"{name}: the theme says {said[0]!r}"
    if images.get(name):
        return f"{name}: the lyrics name it {images[name]} time{'s' if images[name] > 1 else ''}"
    return f"{name}: suits {mood}" if name in _MOOD_MOTIFS[mood] else f"{name}: by chance"
