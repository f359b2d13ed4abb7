"""How true the sung voice is, by ears of others: pitch, timing and words of each song's vocal stem.

Pitch: Praat's autocorrelation tracker (parselmouth), which shares no code with the singer. Timing: the released word
times against vowel onsets found in the vocal stem, and in the stem once it has been an MP3 made as the songs are; and
the delay of the song's decoded MP3 against its FLAC. Words: see benchmarks/intelligibility.py; the same lines spoken
by the voice's synthesizer stand beside them.

    python -m benchmarks.vocal_accuracy RELEASE_FOLDER
    python -m benchmarks.vocal_accuracy --demo
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import parselmouth
import soundfile

from benchmarks.intelligibility import CHOICES, Listener
from media.voice.espeak import speak
from media.voice.onsets import timing_errors
from media.voice.timing import swing_tick
from media.voice.voices import VOICES
from schemas.audio import SyllableTime

MARGIN_S = 0.03


class Note(NamedTuple):
    """A note of the score, in seconds."""

    onset_s: float
    end_s: float
    pitch: int


class Performance(NamedTuple):
    """A vocal stem and what it should hold; `lines` are (start, end, words), `moments` the claimed vowel onsets.

    `decoded` is the stem after it has been an MP3.
    """

    name: str
    audio: np.ndarray
    rate_hz: int
    notes: Sequence[Note]
    moments: Sequence[float]
    lines: Sequence[tuple[float, float, str]]
    mp3_delay_s: float | None
    decoded: np.ndarray | None = None


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="a released album")
    parser.add_argument("--demo", action="store_true", help="sing twelve lines of hard words in each voice instead")
    arguments = parser.parse_args()
    if not arguments.demo and arguments.folder is None:
        parser.error("give a release folder or --demo")
    if not arguments.demo and not any(arguments.folder.glob("stems/*/vocal.flac")):
        parser.error(f"{arguments.folder} holds no stems/*/vocal.flac: give the folder of a release")
    listener = Listener()
    print(
        f"pitch by Praat {parselmouth.PRAAT_VERSION}; words by PocketSphinx, {CHOICES} choices a word (guessing: 83 %)"
    )
    missed = False
    for performance in demo() if arguments.demo else released(arguments.folder):
        missed |= not report(performance, listener)
    return int(missed)


def report(sung: Performance, listener: Listener) -> bool:
    """Print one song's figures; whether it is within its bounds."""
    cents, voiced = pitch_errors(sung)
    claimed = [SyllableTime(syllable=n, onset_s=at, end_s=at) for n, at in enumerate(sung.moments)]
    errors = timing_errors(claimed, sung.audio, sung.rate_hz)
    median, late = errors.median_s * 1000, errors.percentile_s(95) * 1000
    print(f"\n{sung.name}")
    print(f"  pitch   median {np.median(cents):5.1f} cents, 90 % within {np.percentile(cents, 90):5.1f} (bound 25)")
    print(f"  voiced  {voiced:.3f} of the notes' time")
    print(
        f"  onsets  median {median:.1f} ms, 95 % within {late:.1f} ms (bounds 60, 120), heard {errors.heard_share:.3f}"
    )
    if sung.decoded is not None:
        coded = timing_errors(claimed, sung.decoded, sung.rate_hz)
        print(f"  as mp3  median {coded.median_s * 1000:.1f} ms, 95 % within {coded.percentile_s(95) * 1000:.1f} ms")
        median, late = max(median, coded.median_s * 1000), max(late, coded.percentile_s(95) * 1000)
    if sung.mp3_delay_s is not None:
        print(f"  mp3     {sung.mp3_delay_s * 1000:+.2f} ms against the FLAC")
    print(f"  words   {word_error(sung, listener)}")
    return bool(np.median(cents) <= 25 and median <= 60 and late <= 120)


def pitch_errors(sung: Performance) -> tuple[np.ndarray, float]:
    """Absolute cents between score and sound each 10 ms where it is voiced, and the voiced share of the notes."""
    sound = parselmouth.Sound(sung.audio.astype(np.float64), sung.rate_hz)
    track = sound.to_pitch_ac(time_step=0.01, pitch_floor=75.0, pitch_ceiling=1000.0)
    times, hertz = track.xs(), track.selected_array["frequency"]
    cents, seen = [], 0
    for note in sung.notes:
        inside = (times >= note.onset_s + MARGIN_S) & (times < note.end_s - MARGIN_S)
        heard = hertz[inside & (hertz > 0)]
        seen += int(np.sum(inside))
        cents.append(np.abs(1200 * np.log2(heard / 440) - 100 * (note.pitch - 69)))
    found = np.concatenate(cents)
    return found, len(found) / max(seen, 1)


def word_error(sung: Performance, listener: Listener) -> str:
    """The word error of the singing and, beside it, of the synthesizer's own speech of the same lines."""
    errors = words = spoken_errors = skipped = 0
    for start_s, end_s, line in sung.lines:
        part = sung.audio[int(max(0.0, start_s - 0.2) * sung.rate_hz) : int((end_s + 0.15) * sung.rate_hz)]
        heard = listener.listen(line, part, sung.rate_hz)
        if heard is None:
            skipped += 1
            continue
        speech = speak(line, variant=VOICES["en"].variant, pitch_hz=VOICES["en"].speech_hz)
        said = listener.listen(line, speech.audio, speech.rate_hz)
        errors, words = errors + heard.errors, words + heard.words
        spoken_errors += said.errors if said else 0
    if not words:
        return "intelligibility unmeasured: no line has only dictionary words"
    share = f"{errors / words:.3f} wrong of {words} sung, {spoken_errors / words:.3f} of the same words spoken"
    return share + (f"; {skipped} lines with words outside the dictionary left out" if skipped else "")


def released(folder: Path) -> Iterator[Performance]:
    """Every song of a release folder that has a vocal stem."""
    from media.notation.xml_reading import read_musicxml
    from media.sound.lrc import read_lrc

    for vocal in sorted(folder.glob("stems/*/vocal.flac")):
        name = vocal.parent.name
        song = read_musicxml((folder / "scores" / f"{name} - lead sheet.musicxml").read_bytes())
        lines = read_lrc((folder / "lyrics" / f"{name}.words.lrc").read_text(encoding="utf-8")).lines
        part = next(part for part in song.parts if any(note.lyric for note in part.notes))
        scale = 60.0 / (song.tempo_bpm * 480)
        audio, rate_hz = soundfile.read(vocal, dtype="float32")
        yield Performance(
            name,
            audio if audio.ndim == 1 else audio.mean(axis=1),
            rate_hz,
            [
                Note(
                    swing_tick(note.onset_ticks, song.swing) * scale,
                    swing_tick(note.onset_ticks + note.duration_ticks, song.swing) * scale,
                    note.pitch,
                )
                for note in part.notes
            ],
            [start for line in lines for start, _ in line.words],
            [(line.start_s, line.end_s, " ".join(text for _, text in line.words)) for line in lines],
            mp3_delay_s(folder / "flac" / f"{name}.flac", folder / "mp3" / f"{name}.mp3"),
            through_mp3(vocal),
        )


def through_mp3(vocal: Path) -> np.ndarray:
    """A vocal stem, one channel, after it has been an MP3 made as the songs are made."""
    from media.sound.encode import encode_mp3

    with tempfile.TemporaryDirectory() as folder:
        coded = Path(folder) / "vocal.mp3"
        encode_mp3(vocal, coded)
        audio, _ = soundfile.read(coded, dtype="float32", always_2d=True)
    return audio.mean(axis=1)


def mp3_delay_s(flac: Path, mp3: Path) -> float:
    """How much later the decoded MP3 sounds than the FLAC, in seconds, by the peak of their correlation."""
    (first, rate_hz), (second, _) = (soundfile.read(path, dtype="float32") for path in (flac, mp3))
    length = min(len(first), len(second), 30 * rate_hz)
    spectra = [np.fft.rfft(sound[:length].mean(axis=1), 2 * length) for sound in (second, first)]
    likeness = np.fft.irfft(spectra[0] * np.conj(spectra[1]))
    lag = int(np.argmax(likeness))
    return (lag if lag < length else lag - 2 * length) / rate_hz


def demo() -> Iterator[Performance]:
    """Twelve lines with most of English's clusters, sung by each voice around its natural pitch."""
    from benchmarks.demo_song import demo_song
    from media.voice.sing import sing

    for name, card in VOICES.items():
        lead, lines = demo_song(lowest=round(card.natural_pitch) - 5)
        began = time.process_time()
        sung = sing(lead, seed=1, voice=name)
        cost = (time.process_time() - began) / (len(sung.audio) / 44_100)
        scale = lead.seconds_per_tick
        notes = [Note(n.onset_ticks * scale, (n.onset_ticks + n.duration_ticks) * scale, n.pitch) for n in lead.melody]
        spans = []
        for number, text in enumerate(lines):
            times = [s for s in sung.syllables if lead.syllables[s.syllable].line == number]
            spans.append((times[0].onset_s - times[0].lead_s + 0.15, times[-1].end_s, text))
        title = f"demo, voice {name} ({cost:.3f} CPU s a second of song)"
        yield Performance(title, sung.audio, 44_100, notes, [s.onset_s for s in sung.syllables], spans, None)


if __name__ == "__main__":
    sys.exit(main())
