"""The melody of a MusicXML file: repeats written out, the part with words or the highest line, words and chords."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from media.notation.bringing.bounds import MAX_FILE_BYTES
from media.notation.bringing.repeats import MAX_PLAYED, Signs, played_order
from media.notation.bringing.settling import Found, FoundChord, settle
from media.notation.bringing.tune import BroughtTune
from media.notation.xml_reading import ReadPart, read_loosely
from media.notation.xml_safety import parse_bounded, unpacked
from schemas.errors import MediaError

_JUMPS = ("dacapo", "dalsegno", "tocoda", "coda", "segno", "fine")


def read_xml_tune(content: bytes, *, part: str = "", bars: tuple[int, int] | None = None) -> BroughtTune:
    """The melody of a partwise MusicXML file, plain or .mxl.

    The part named `part`, else the first with words under its notes, else the first with notes; of notes struck
    together the highest. Repeats and endings are written out; jumps such as D.C. are not followed.

    Raises:
        MediaError: the file is damaged or hostile, too long, changes meter or has one that no song can have, or has
            no part of that name.
    """
    document = unpacked(content)
    if len(document) > MAX_FILE_BYTES:
        raise MediaError(
            f"MusicXML of {len(document):,} bytes is over {MAX_FILE_BYTES:,}: bring the melody's part alone"
        )
    root = parse_bounded(document)
    remarks = _unfold(root)
    song = read_loosely(root)
    if len(song.meters) > 1:
        named = ", ".join(f"{top}/{bottom}" for top, bottom in song.meters[:6])
        raise MediaError(f"MusicXML changes its meter ({named}): a song keeps one; write it in one meter")
    chosen, why = _melody(song.parts, part)
    found = Found(
        notes=[(note.onset_ticks, note.duration_ticks, note.pitch) for note in chosen.notes],
        meter=song.meters[0] if song.meters else (4, 4),
        pickup=song.pickup,
        tempo=song.tempo,
        key=song.key,
        chords=[FoundChord(tick, chord) for tick, chord in song.chords],
        title=song.title,
        words=_words(chosen),
        remarks=remarks,
    )
    if len([each for each in song.parts if each.notes]) > 1:
        found.remarks.append(f"of {len(song.parts)} parts {chosen.name[:40]!r} was taken, {why}")
    return settle(found, bars=bars)


def _melody(parts: tuple[ReadPart, ...], name: str) -> tuple[ReadPart, str]:
    pitched = [part for part in parts if part.notes and not part.is_drums]
    if not pitched:
        raise MediaError("the MusicXML file has no notes besides drums: export it with the melody")
    if name:
        for part in pitched:
            if name.lower() in part.name.lower():
                return part, "as it was asked for"
        named = ", ".join(repr(part.name[:40]) for part in pitched)
        raise MediaError(f"the MusicXML file has no part named {name[:40]!r}: name one of {named}")
    sung = next((part for part in pitched if any(note.lyric for note in part.notes)), None)
    return (sung, "because words stand under it") if sung else (pitched[0], "the first")


def _words(part: ReadPart) -> str:
    text = ""
    for note in part.notes:
        if note.lyric is not None:
            ends_word = note.lyric.syllabic in ("single", "end")
            text += note.lyric.text + ("\n" if note.lyric.ends_line else " " if ends_word else "")
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def _unfold(root: ET.Element) -> list[str]:
    """Writes the repeats of every part out in place; the remarks say what was done, and what was not."""
    remarks = []
    for part in root.iterfind("part"):
        measures = part.findall("measure")
        played = played_order([_signs(measure) for measure in measures])
        if len(played) != len(measures):
            remarks.append(f"repeats written out: {len(measures)} bars became {len(played)}")
        for barline in part.iterfind("measure/barline"):
            for sign in (*barline.findall("repeat"), *barline.findall("ending")):
                barline.remove(sign)
        part[:] = [measures[place] for place in played]
    if any(sound.get(jump) for sound in root.iter("sound") for jump in _JUMPS):
        remarks.append("jumps such as D.C. and D.S. are not followed: the bars stand as they are written")
    return list(dict.fromkeys(remarks))


def _signs(measure: ET.Element) -> Signs:
    opens, times, ends = False, 1, False
    endings: frozenset[int] | None = None
    for repeat in measure.iterfind("barline/repeat"):
        if repeat.get("direction") == "forward":
            opens = True
        else:
            said = repeat.get("times") or "2"
            times = max(2, min(int(said), MAX_PLAYED)) if said.isdecimal() and len(said) < 4 else 2
    for ending in measure.iterfind("barline/ending"):
        if ending.get("type") == "start":
            numbers = (ending.get("number") or "1").replace(",", " ").split()[:MAX_PLAYED]
            endings = frozenset(int(n) for n in numbers if n.isdecimal() and len(n) < 3) or None
        else:
            ends = True
    return Signs(opens, times, endings, ends)
