"""Which scenes a film shows: the song's own in its choruses, others of its motif, and what the words name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from media.film.directing.facts import FilmFacts
from media.scenes.choosing import Proposal, images_named, propose
from media.scenes.colours import scene_colours
from media.scenes.motif import HOURS
from media.scenes.motifs import MOTIFS
from schemas.plan import SectionSpan
from schemas.scene import Hour, Scene, SceneColours

_SAID = "the words say"
_LATER: dict[str, int] = {"intro": -1, "bridge": 1, "outro": 1}


@dataclass(frozen=True)
class Cast:
    """The scenes of a film, which of them each section shows in turn, and why.

    The last entry of `sections` is for what sounds on after the last bar.
    """

    scenes: tuple[Scene, ...]
    sections: tuple[tuple[int, ...], ...]
    reasons: tuple[str, ...]


def cast_film(facts: FilmFacts, shots: tuple[int, ...]) -> Cast:
    """The scenes of a film.

    Args:
        facts: what is known of the song.
        shots: how many shots each section has; the last number is of what sounds on after them.
    """
    casting = _Casting(facts)
    sections = facts.sections
    chosen = [
        casting.of(number, section, count) if count else ()
        for number, (section, count) in enumerate(zip(sections, shots, strict=False))
    ]
    chosen.append((casting.closing(),) if shots[-1] else ())
    return Cast(tuple(casting.scenes), tuple(chosen), tuple(casting.reasons))


class _Casting:
    """Scenes as they are chosen, section after section."""

    def __init__(self, facts: FilmFacts) -> None:
        self._facts = facts
        self.reasons: list[str] = []
        self.scenes: list[Scene] = []
        self._taken: set[tuple[str, str]] = set()
        self._known: dict[str, tuple[int, ...]] = {}
        self._shown: Counter[int] = Counter()
        self._home = self._keep(self._own())
        self._front = self._album_front()

    def of(self, number: int, section: SectionSpan, shots: int) -> tuple[int, ...]:
        """Which scenes a section shows, in turn."""
        name = f"{section.role} {section.words}" if section.words else section.role
        if section.role == "chorus":
            name = "chorus"
        if name not in self._known:
            self._known[name] = self._fresh(number, section, shots)
        self._shown.update(self._known[name])
        return self._known[name]

    def closing(self) -> int:
        """What is seen when the last bar is over: the song's own scene, later in the day."""
        if "outro" not in self._known:
            self._known["outro"] = (self._home_at(1, "after the last bar"),)
        return self._known["outro"][0]

    def _fresh(self, number: int, section: SectionSpan, shots: int) -> tuple[int, ...]:
        if section.role == "intro":
            first = self._front if self._front is not None else self._home_at(-1, section.name)
            return (first,) if shots < 3 else (first, self._home)
        if section.role == "outro":
            return (self._home_at(1, section.name),)
        if section.role == "chorus":
            self.reasons.append(f"{section.name}: the song's own scene, which returns in every chorus")
            named = self._named(number, section) if shots > 3 else ()
            beside = self._beside(self._home, section, 2 - len(named)) if shots > 1 else ()
            return (self._home, *beside, *named)
        named = self._named(number, section)
        wanted = (2 if shots > 1 else 1) - len(named)
        return (*named, *self._beside(named[0] if named else self._home, section, wanted))

    def _own(self) -> Scene:
        """The song's own scene: that of its picture, else what its title, theme and words call for."""
        facts = self._facts
        if facts.own is not None and facts.own.scene is not None:
            self.reasons.append(
                f"the song's own picture is the {facts.own.scene.motif}: it is what the film returns to"
            )
            return facts.own.scene
        if facts.own is None and facts.front is not None and facts.front.scene is not None:
            self.reasons.append("the song has no picture of its own: the film returns to the album's front")
            return facts.front.scene
        words = " ".join(facts.words_of(number) for number in range(len(facts.sections)))
        said = f"{facts.title} {facts.plan.theme}"
        chosen = propose(said, images_named(words), facts.plan.mood, seed=facts.seed, count=1)[0]
        self.reasons.append(f"no picture to begin from; {chosen.reasons[0]}")
        return self._scene(chosen, chosen.hour, energy=0.5, seed=facts.seed)

    def _album_front(self) -> int | None:
        front = self._facts.front
        if front is None or front.scene is None or front.scene == self.scenes[self._home]:
            return None
        self.reasons.append(f"the film opens on the album's front, the {front.scene.motif}")
        return self._keep(front.scene)

    def _named(self, number: int, section: SectionSpan) -> tuple[int, ...]:
        """A scene that the section's words name; none where they name nothing, or the film has scenes enough."""
        words = self._facts.words_of(number)
        images = images_named(words)
        if not images or self._full:
            return ()
        chosen = self._proposed(words, f"named {number}", images=images)
        return tuple(self._add(one, section, by_words=True) for one in chosen[:1])

    def _beside(self, beside: int, section: SectionSpan, count: int) -> tuple[int, ...]:
        """Scenes to go with one: its motif laid out otherwise, what the theme calls for, what suits the mood.

        Where the film has scenes enough, those it has.
        """
        found: list[int] = []
        for _ in range(count):
            if self._full:
                others = sorted(
                    set(range(len(self.scenes))) - {beside, *found}, key=lambda one: (self._shown[one], one)
                )
                found += others[:1]
                continue
            name = f"{section.name} {len(found)}"
            kin = self._proposed("", name, motif=self.scenes[beside].motif)
            said = f"{self._facts.title} {self._facts.plan.theme}"
            chosen = kin or self._proposed(said, name) or self._proposed("", name)
            found += [self._add(one, section) for one in chosen[:1]]
        return tuple(found)

    def _again(self, beside: int, found: list[int]) -> list[int]:
        """A scene of the film that goes with one: of the same hour if there is any, the one that was shown least."""
        hour = self.scenes[beside].hour
        others = {*range(len(self.scenes))} - {beside, *found}
        return sorted(others, key=lambda one: (self.scenes[one].hour != hour, self._shown[one], one))[:1]

    def _proposed(
        self, said: str, name: str, *, images: Mapping[str, int] | None = None, motif: str = ""
    ) -> tuple[Proposal, ...]:
        """The best that is proposed for some words, what the film shows already left out."""
        mood, seed = self._facts.plan.mood, self._seed(name)
        return propose(said, images or {}, mood, seed=seed, count=1, motif=motif, avoid=self._taken)

    def _home_at(self, later: int, where: str) -> int:
        """The song's own scene at another hour; itself where its motif has no other, or there are scenes enough."""
        home = self.scenes[self._home]
        hour = self._hour(home.motif, later)
        if hour == home.hour or len(self.scenes) >= self._facts.most_scenes:
            return self._home
        self.reasons.append(f"{where}: the song's own scene at {hour}")
        return self._keep(home.replaced(hour=hour, colours=self._colours(hour)))

    def _add(self, chosen: Proposal, section: SectionSpan, *, by_words: bool = False) -> int:
        later = _LATER.get(section.role, 0)
        if section.role == "verse" and section.first_bar * 3 < sum(one.bars for one in self._facts.sections):
            later = -1
        hour = chosen.hour if _SAID in chosen.reasons[1] else self._hour(chosen.motif, later)
        why = chosen.reasons[0].replace(": the brief asks for it", "")
        why = why.replace("the theme says", "its words say") if by_words else why
        laid = chosen.composition.replace("_", " ")
        self.reasons.append(f"{section.name}: {why} ({laid}), at {hour}")
        return self._keep(self._scene(chosen, hour, energy=section.energy, seed=self._seed(chosen.composition)))

    def _scene(self, chosen: Proposal, hour: Hour, *, energy: float, seed: int) -> Scene:
        weather = chosen.weather
        if self.scenes and _SAID not in chosen.reasons[2]:
            here = self.scenes[self._home].weather
            weather = here if here in MOTIFS[chosen.motif].weathers else weather
        return Scene(
            motif=chosen.motif,
            composition=chosen.composition,
            seed=seed,
            hour=hour,
            weather=weather,
            energy=energy,
            colours=self._colours(hour),
        )

    def _colours(self, hour: Hour) -> SceneColours:
        """Colours of another hour in the harmony that the song's own picture has: its seed chose that."""
        seed = self.scenes[self._home].seed if self.scenes else self._facts.seed
        return scene_colours(self._facts.plan.key, self._facts.plan.mood, hour, seed=seed)

    def _hour(self, motif: str, later: int) -> Hour:
        """The hour so much later than the own scene's, or the one nearest to it that the motif can be drawn at."""
        wanted = (HOURS.index(self.scenes[self._home].hour) + later) % len(HOURS)
        allowed = MOTIFS[motif].hours
        return min(allowed, key=lambda one: (abs(HOURS.index(one) - wanted), HOURS.index(one)))

    @property
    def _full(self) -> bool:
        """Whether there are scenes enough; the last is kept for the end of the song."""
        return len(self.scenes) >= self._facts.most_scenes - 1

    def _keep(self, scene: Scene) -> int:
        if scene in self.scenes:
            return self.scenes.index(scene)
        self.scenes.append(scene)
        self._taken.add((scene.motif, scene.composition))
        return len(self.scenes) - 1

    def _seed(self, name: str) -> int:
        letters = [ord(letter) for letter in name]
        return int(np.random.default_rng([self._facts.seed, *letters]).integers(2**62))
