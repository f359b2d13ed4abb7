"""A lead sheet reworked by the composing network: the networks are found and loaded here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from models import registry
from tasks.steps.music import MOTIF_MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.music.chorales.network import ChoraleNetwork
    from models.music.music_vae.network import MusicVAE
    from models.music.transformer import MusicTransformer
    from schemas.lyrics import LyricLine
    from schemas.music import LeadSheet
    from schemas.plan import Genre, SectionPlan
    from tasks.bench import Bench
    from tasks.composing.sheets import Sheet

CHOIR_MODEL = "choir:chorales"
InfilledPart = Literal["melody", "chords", "both"]


def composer(bench: Bench, name: str = "music:transformer") -> MusicTransformer:
    """The composing network of that name.

    Raises:
        CheckpointError: its weights are not here.
    """
    from models.music.compose import load_music_model

    path = registry.path(name, bench.settings.models_dir)
    return bench.loaded(name, lambda: load_music_model(path))


def motif_network(bench: Bench) -> MusicVAE:
    """The network of two-bar tunes.

    Raises:
        CheckpointError: its weights are not here.
    """
    from models.music.music_vae.keeping import load_music_vae

    path = registry.path(MOTIF_MODEL, bench.settings.models_dir)
    return bench.loaded(MOTIF_MODEL, lambda: load_music_vae(path))


def choir_network(bench: Bench) -> ChoraleNetwork:
    """The network that sings three voices under a melody.

    Raises:
        CheckpointError: its weights are not here.
    """
    from models.music.chorales.network import load_chorale_network

    path = registry.path(CHOIR_MODEL, bench.settings.models_dir)
    return bench.loaded(CHOIR_MODEL, lambda: load_chorale_network(path))


def harmonised(sheet: Sheet, bench: Bench, *, genre: Genre | None, seed: int) -> LeadSheet:
    """The melody with new chords."""
    from models.music.reworking.harmonising import harmonise

    return harmonise(sheet.lead, sheet.plan, composer(bench), seed=seed, genre=genre)


def infilled(sheet: Sheet, bench: Bench, *, bars: tuple[int, int], part: InfilledPart, seed: int) -> LeadSheet:
    """New notes, chords or both in some bars, counted from 1."""
    from models.music.reworking.infilling import infill

    first, last = bars
    return infill(sheet.lead, sheet.plan, composer(bench), first_bar=first - 1, last_bar=last - 1, part=part, seed=seed)


def varied(sheet: Sheet, bench: Bench, *, amount: float, seed: int) -> LeadSheet:
    """The tunes varied, from 0, the same, to 1, all notes free."""
    from models.music.reworking.varying import vary

    return vary(sheet.lead, sheet.plan, composer(bench), amount=amount, seed=seed)


def extended(sheet: Sheet, bench: Bench, *, section: SectionPlan, lines: Sequence[LyricLine], seed: int) -> LeadSheet:
    """The song with one more section at its end."""
    from models.music.reworking.continuing import continue_song

    return continue_song(sheet.lead, sheet.plan, composer(bench), section=section, lines=lines, seed=seed)


def bridged(
    sheet: Sheet,
    other: LeadSheet,
    bench: Bench,
    *,
    section: SectionPlan,
    lines: Sequence[LyricLine],
    share: float,
    seed: int,
) -> LeadSheet:
    """The song with a section at its end whose tune lies between its own and another's."""
    from models.music.reworking.interpolating import interpolate

    return interpolate(
        sheet.lead,
        other,
        sheet.plan,
        composer(bench),
        motif_network(bench),
        section=section,
        lines=lines,
        seed=seed,
        share=share,
    )


def differing_bars(before: LeadSheet, after: LeadSheet) -> list[int]:
    """The bars, counted from 1, in which notes or chords begin that are not in both."""
    ticks = {note.onset_ticks for note in set(before.melody) ^ set(after.melody)}
    ticks |= {chord.onset_ticks for chord in set(before.chords) ^ set(after.chords)}
    return sorted({tick // after.bar_ticks + 1 for tick in ticks})
