"""render_stem, sing, mix, master, encode: from notes to a finished song."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from schemas.audio import Encoding, Master, Mix, SectionLoudness, Stem
from schemas.errors import MediaError
from schemas.music import LeadSheet, PartScore, Score
from schemas.plan import SongPlan
from tasks.steps.base import Made, Needs, Step
from tasks.steps.music import plan_digest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from schemas.base import Digest
    from tasks.bench import Bench
    from tasks.orders import Order
    from tasks.state import AlbumState

TARGET_LUFS = -14.0
CEILING_DBTP = -1.5
MP3_BITRATE_BPS = 256_000
_FLAC = "audio/flac"
_SINGER = ("espeakng-loader", "pyworld-prebuilt")


def _played_parts(state: AlbumState, song: SongPlan | None) -> tuple[str, ...] | None:
    score = state.of("arrange_score", song)
    if score is None:
        return None
    return tuple(name for name, part in state.bench.score_parts(score).items() if part.role != "melody")


def _render_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    from media.sound.fonts import find_font

    font = find_font(state.bench.settings.font)
    digest = _part_score(state, state.of("arrange_score", song), part)
    return Needs({"part_score": digest}, {"font": font.key}, {f"font:{font.key}": state.file_digest(font.path)})


def _part_score(state: AlbumState, score: Digest | None, part: str) -> Digest | None:
    """Digest of the part of a score that a stem is rendered from; recorded for the worker, unless one only looks."""
    if score is None:
        return None
    if state.is_surveyed:
        return state.bench.score_parts(score)[part].digest
    return state.bench.catalogue.put(PartScore.of(state.bench.get(score, Score), part))


def _render(order: Order, bench: Bench) -> Made:
    from media.sound.fonts import find_font
    from media.sound.render import render_part

    part_score = bench.get(order.recipe.inputs["part_score"], PartScore)
    asked, key = find_font(bench.settings.font), str(order.recipe.parameters["font"])
    font = asked if asked.key == key else find_font(key)  # only what was asked for knows whether it stands in
    audio = render_part(part_score.as_score(), part_score.part.name, font.path)
    stem = _stem(bench, audio, part=part_score.part.name, role=part_score.part.role, source=f"font:{font.key}")
    return Made(stem, (font.note,) if font.note else ())


def _stem(bench: Bench, audio: NDArray[np.float32], *, part: str, role: str, source: str) -> Stem:
    import numpy as np

    from media.sound.encode import write_flac

    shaped = audio if audio.ndim == 2 else audio[:, None]
    peak = float(np.abs(shaped).max(initial=0.0))
    if peak > 1.0:
        raise MediaError(f"stem {part!r} peaks at {peak:.2f}, above full scale (1.0): lower the part's velocities")
    return Stem(
        part=part,
        role=role,
        audio=bench.blobs.put(write_flac(shaped), _FLAC),
        channels=2 if shaped.shape[1] == 2 else 1,
        frames=shaped.shape[0],
        peak=round(peak, 6),
        source=source,
    )


@cache
def _singer_versions() -> str:
    return " ".join(f"{name} {metadata.version(name)}" for name in _SINGER)


def _sung_parts(state: AlbumState, song: SongPlan | None) -> tuple[str, ...] | None:
    chorus = song is not None and any(section.role == "chorus" for section in song.sections)
    return ("vocal", "vocal-double") if chorus else ("vocal",)


def _sing_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    voice = song.voice if song else ""
    engine = _singer_versions()
    return Needs({"lead_sheet": state.of("compose_lead_sheet", song)}, {"voice": voice, "part": part, "engine": engine})


def _sing(order: Order, bench: Bench) -> Made:
    from media.voice.sing import sing

    lead = bench.get(order.recipe.inputs["lead_sheet"], LeadSheet)
    part = order.slot.part
    voice = str(order.recipe.parameters["voice"])
    sung = sing(lead, voice=voice, seed=order.recipe.seed, double=part == "vocal-double")
    stem = _stem(bench, sung.audio, part=part, role="vocal", source=sung.source)
    return Made(stem.replaced(syllables=sung.syllables))


def _mix_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    played = _played_parts(state, song)
    stems = {f"stem {name}": state.of("render_stem", song, name) for name in played or ()}
    voices = {f"stem {name}": state.of("sing", song, name) for name in _sung_parts(state, song) or ()}
    known = {"plan": plan_digest(song), **stems, **voices}
    return Needs(known if played is not None else {**known, "score": None}, {"preset": song.genre if song else ""})


def _mix(order: Order, bench: Bench) -> Made:
    from media.sound.encode import read_flac, write_flac
    from media.sound.mix import StemAudio, mix_song

    plan = bench.get(order.recipe.inputs["plan"], SongPlan)
    names = sorted(name for name in order.recipe.inputs if name.startswith("stem "))
    records = [bench.get(order.recipe.inputs[name], Stem) for name in names]
    stems = [StemAudio(part=s.part, role=s.role, audio=read_flac(bench.blobs.read(s.audio))) for s in records]
    mixed = mix_song(
        stems,
        plan.genre,
        sections=plan.spans(),
        seconds_per_tick=plan.seconds_per_tick,
        bar_ticks=plan.bar_ticks,
    )
    mix = Mix(
        preset=plan.genre,
        audio=bench.blobs.put(write_flac(mixed.audio), _FLAC),
        frames=mixed.audio.shape[0],
        integrated_lufs=round(mixed.integrated_lufs, 3),
        sections=_loudness(mixed.sections),
    )
    return Made(mix)


def _loudness(sections: tuple[SectionLoudness, ...]) -> tuple[SectionLoudness, ...]:
    return tuple(s.replaced(short_term_lufs=round(s.short_term_lufs, 3)) for s in sections)


def _master_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    inputs = {"plan": plan_digest(song), "mix": state.of("mix", song)}
    return Needs(inputs, {"target_lufs": TARGET_LUFS, "ceiling_dbtp": CEILING_DBTP})


def _master(order: Order, bench: Bench) -> Made:
    from media.sound.encode import read_flac, write_flac
    from media.sound.master import master_song

    plan = bench.get(order.recipe.inputs["plan"], SongPlan)
    mix = bench.get(order.recipe.inputs["mix"], Mix)
    done = master_song(
        read_flac(bench.blobs.read(mix.audio)),
        target_lufs=TARGET_LUFS,
        ceiling_dbtp=CEILING_DBTP,
        sections=plan.spans(),
        seconds_per_tick=plan.seconds_per_tick,
        bar_ticks=plan.bar_ticks,
    )
    master = Master(
        audio=bench.blobs.put(write_flac(done.audio), _FLAC),
        frames=done.audio.shape[0],
        integrated_lufs=round(done.integrated_lufs, 3),
        true_peak_dbtp=round(done.true_peak_dbtp, 3),
        loudness_range_lu=round(done.loudness_range_lu, 3),
        gain_db=round(done.gain_db, 3),
        limited_db=round(done.limited_db, 3),
        sections=_loudness(done.sections),
    )
    return Made(master)


def _encode_needs(state: AlbumState, song: SongPlan | None, part: str) -> Needs:
    return Needs({"master": state.of("master", song)}, {"format": "mp3", "bitrate_bps": MP3_BITRATE_BPS})


def _encode(order: Order, bench: Bench) -> Made:
    from media.sound.encode import encode_mp3

    master = bench.get(order.recipe.inputs["master"], Master)
    with TemporaryDirectory(prefix="hibari-") as folder:
        flac, mp3 = Path(folder) / "master.flac", Path(folder) / "master.mp3"
        bench.blobs.copy_to(master.audio, flac)
        encode_mp3(flac, mp3, quality="256k")
        audio = bench.blobs.put_file(mp3, "audio/mpeg")
    return Made(Encoding(bitrate_bps=MP3_BITRATE_BPS, audio=audio))


RENDER = Step(
    name="render_stem",
    revision=1,
    after=("arrange_score",),
    needs=_render_needs,
    make=_render,
    parts=_played_parts,
    packages=("symusic", "soundfile"),
    seeded=False,
)
SING = Step(
    name="sing",
    revision=1,
    after=("compose_lead_sheet",),
    needs=_sing_needs,
    make=_sing,
    parts=_sung_parts,
    packages=(*_SINGER, "soundfile"),
)
MIX = Step(
    name="mix",
    revision=1,
    after=("render_stem", "sing"),
    needs=_mix_needs,
    make=_mix,
    packages=("numpy", "scipy", "soundfile"),
    seeded=False,
)
MASTER = Step(
    name="master",
    revision=1,
    after=("mix",),
    needs=_master_needs,
    make=_master,
    packages=("numpy", "scipy", "soundfile"),
    seeded=False,
)
ENCODE = Step(
    name="encode",
    revision=1,
    after=("master",),
    needs=_encode_needs,
    make=_encode,
    packages=("imageio-ffmpeg",),
    seeded=False,
)
