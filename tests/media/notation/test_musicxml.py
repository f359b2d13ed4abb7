from __future__ import annotations

import contextlib
import io
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.notation.musicxml import (
    lead_sheet_from_musicxml,
    lead_sheet_to_musicxml,
    score_from_musicxml,
    score_to_musicxml,
)
from schemas.errors import MediaError
from schemas.lyrics import Syllable
from schemas.music import LeadSheet, Part, Score, ScoreNote
from tests import examples
from tests.media.notation.scores import scores
from tests.media.notation.sheets import hard_lead_sheet

SHEETS = [
    examples.lead_sheet(),
    hard_lead_sheet(),
    hard_lead_sheet(tonic="F", mode="minor"),
    hard_lead_sheet(tonic="F#", mode="minor", beats=3),
    hard_lead_sheet(tonic="Db").replaced(swing=0.2),
]


def heard(content: bytes, tmp_path):
    import music21

    file = tmp_path / "sheet.musicxml"
    file.write_bytes(content)
    return music21.converter.parse(file, forceSource=True)


@pytest.mark.parametrize("lead", SHEETS, ids=lambda lead: str(lead.key))
def test_an_untouched_lead_sheet_comes_back_whole(lead):
    assert lead_sheet_from_musicxml(lead_sheet_to_musicxml(lead), base=lead) == lead


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(score=scores())
def test_a_score_comes_back_whole_from_musicxml(score):
    plain = score.replaced(title="Plain")
    assert score_from_musicxml(score_to_musicxml(plain)) == plain


@pytest.mark.parametrize("lead", SHEETS, ids=lambda lead: str(lead.key))
def test_music21_reads_the_same_pitches_words_and_chords(lead, tmp_path):
    import music21

    found = heard(lead_sheet_to_musicxml(lead), tmp_path)
    harmonies = list(found.recurse().getElementsByClass(music21.harmony.ChordSymbol))
    notes = [n for n in found.flatten().stripTies().notes if not isinstance(n, music21.harmony.Harmony)]
    assert [(n.offset * 480, n.quarterLength * 480, n.pitch.midi) for n in notes] == [
        (n.onset_ticks, n.duration_ticks, n.pitch) for n in lead.melody
    ]
    assert [n.lyric for n in notes if n.lyric] == [s.text for s in lead.syllables]
    assert [h.root().pitchClass for h in harmonies] == [c.root for c in lead.chords]
    assert {
        tuple(sorted({p.pitchClass for p in h.pitches} | {c.root}))
        for h, c in zip(harmonies, lead.chords, strict=True)
        if c.bass is None
    } == {tuple(sorted(c.pitch_classes)) for c in lead.chords if c.bass is None}
    marks = [mark.content for mark in found.recurse().getElementsByClass(music21.expressions.RehearsalMark)]
    assert marks == [section.name for section in lead.sections]
    assert found.recurse().getElementsByClass(music21.tempo.MetronomeMark).first().number == lead.tempo_bpm
    for measure in found.parts[0].getElementsByClass("Measure"):
        assert measure.duration.quarterLength == lead.beats_per_bar


@pytest.mark.parametrize(
    ("tonic", "mode", "names"),
    [("D", "major", {"F#", "C#"}), ("F", "major", {"B-"}), ("Ab", "minor", {"G#", "D#"}), ("C", "minor", {"E-", "A-"})],
)
def test_pitches_are_named_by_their_key(tonic, mode, names, tmp_path):
    notes = heard(lead_sheet_to_musicxml(hard_lead_sheet(tonic=tonic, mode=mode)), tmp_path).flatten().notes
    melody = {n.name for n in notes if n.isNote}
    assert names <= melody
    wrong = {"B-", "E-", "A-"} if "#" in "".join(names) else {"A#", "D#", "G#"}
    assert len(melody & wrong) <= 1


def test_an_edited_word_and_note_are_taken_over_and_the_rest_keeps_its_sounds():
    lead = examples.lead_sheet()
    text = lead_sheet_to_musicxml(lead).decode()
    edited = text.replace("<text>light</text>", "<text>lamp</text>", 1).replace("<step>D</step>", "<step>E</step>", 1)

    def pronounce(word: str) -> tuple[Syllable, ...]:
        assert word == "lamp"
        return (Syllable(text="lamp", phones=("L", "AE", "M", "P"), stress=1),)

    found = lead_sheet_from_musicxml(edited.encode(), base=lead, pronounce=pronounce)
    assert found.syllables[1].replaced(text="light", word_text="light", phones=("L", "AY", "T")) == lead.syllables[1]
    assert found.syllables[1].phones == ("L", "AE", "M", "P")
    assert found.syllables[0] == lead.syllables[0]
    assert found.syllables[2:] == lead.syllables[2:]
    with pytest.raises(MediaError, match=r"bar 3: how 'lamp' sounds"):
        lead_sheet_from_musicxml(edited.encode(), base=lead)
    two = (Syllable(text="l", phones=("L",), stress=1), Syllable(text="amp", phones=("AE",), stress=0))
    with pytest.raises(MediaError, match="'lamp' stands under 1 syllables but has 2"):
        lead_sheet_from_musicxml(edited.encode(), base=lead, pronounce=lambda _: two)


@pytest.mark.parametrize("lead", SHEETS, ids=lambda lead: str(lead.key))
def test_lines_survive_an_editor_that_drops_their_marks(lead):
    text = lead_sheet_to_musicxml(lead).decode().replace("<end-line />", "")
    kept = text[: text.index("<miscellaneous>")] + text[text.index("</miscellaneous>") + len("</miscellaneous>") :]
    assert lead_sheet_from_musicxml(kept.encode(), base=lead) == lead


def test_a_sheet_without_its_base_asks_for_every_word_once_known():
    lead = examples.lead_sheet()
    sounds = {}
    for syllable in lead.syllables:
        sounds.setdefault(syllable.word_text.lower(), []).append(
            Syllable(text=syllable.text, phones=syllable.phones, stress=syllable.stress)
        )
    counts = {word: 2 if word in ("upon", "water", "morning") else 1 for word in sounds}
    found = lead_sheet_from_musicxml(
        lead_sheet_to_musicxml(lead), pronounce=lambda word: tuple(sounds[word][: counts[word]])
    )
    assert found.melody == lead.melody
    assert [(s.phones, s.line, s.section) for s in found.syllables] == [
        (s.phones, s.line, s.section) for s in lead.syllables
    ]
    assert found.sections == lead.sections


def big_score(bars: int = 40) -> Score:
    parts = [
        Part(
            name=f"part-{number}",
            role="melody" if number == 0 else "chords",
            program=number,
            is_drums=number == 5,
            notes=tuple(
                ScoreNote(tick * 240 + number, 230, 48 + 3 * voice + number, 80)
                for tick in range(bars * 8)
                for voice in range(1 if number == 0 else 3)
            ),
        )
        for number in range(6)
    ]
    lead = examples.lead_sheet()
    return Score(
        title="Big",
        key=lead.key,
        tempo_bpm=96,
        sections=lead.sections,
        chords=lead.chords,
        parts=tuple(parts),
        end_ticks=bars * 1920,
    )


def test_a_full_score_is_written_in_little_time():
    score = big_score()
    began = time.process_time()
    content = score_to_musicxml(score)
    assert time.process_time() - began < 3.0
    assert score_from_musicxml(content).parts == score.parts


def mxl(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def test_a_compressed_file_is_read_by_its_container():
    lead = examples.lead_sheet()
    container = b'<container><rootfiles><rootfile full-path="song.xml"/></rootfiles></container>'
    packed = mxl(
        **{"META-INF__container_xml": container, "other_xml": b"<x/>", "song_xml": lead_sheet_to_musicxml(lead)}
    )
    assert lead_sheet_from_musicxml(packed, base=lead) == lead


_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><score-partwise>&b;</score-partwise>'
_FETCH = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><score-partwise>&a;</score-partwise>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_BOMB, "entities"),
        (_FETCH, "entities"),
        (b"<a>" * 70 + b"</a>" * 70, "depth"),
        (b"<score-timewise/>", "partwise"),
        (b"<score-partwise/>", "0 parts"),
        (b"<score-partwise>", "cannot be read"),
        (b"", "cannot be read"),
        (b"PK\x03\x04 no zip", "unpacked"),
        (mxl(song_xml=b"<a>" + b" " * (17 * 2**20) + b"</a>"), "unpacks to"),
        (mxl(**{f"f{number}_xml": b"<a/>" for number in range(70)}), "70 files"),
        (mxl(readme_txt=b"hello"), "no score"),
    ],
)
def test_hostile_and_broken_files_are_refused_by_name(content, words):
    with pytest.raises(MediaError, match=words):
        score_from_musicxml(content)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<beats>4</beats>", "<beats>5</beats>", "meter 5/4"),
        ('tempo="96"', 'tempo="400"', "400 bpm"),
        ("<octave>4</octave>", "<octave>99</octave>", "octave '99'"),
        ("<step>D</step>", "<step>H</step>", "'H'"),
        ("<duration>480</duration>", "<duration>1e999999999</duration>", "duration"),
        ("<duration>480</duration>", "<duration>9999</duration>", "more than fit"),
        ("<fifths>2</fifths>", "<fifths>12</fifths>", "key signature '12'"),
        ('<barline location="right">', '<barline location="right"><repeat direction="backward"/>', "repeat"),
    ],
)
def test_a_wrong_value_is_named_with_its_bar(old, new, words):
    text = lead_sheet_to_musicxml(examples.lead_sheet()).decode()
    with pytest.raises(MediaError, match=words):
        score_from_musicxml(text.replace(old, new, 1).encode())


def test_cut_time_is_four_quarters_a_bar():
    text = lead_sheet_to_musicxml(examples.lead_sheet()).decode()
    cut = text.replace("<beats>4</beats>", "<beats>2</beats>").replace("<beat-type>4<", "<beat-type>2<")
    assert score_from_musicxml(cut.encode()).beats_per_bar == 4


def test_a_melody_off_the_written_grid_keeps_its_times():
    lead = examples.lead_sheet()
    moved = tuple(
        note.replaced(onset_ticks=note.onset_ticks + 7 * (i % 5), duration_ticks=note.duration_ticks - 31)
        for i, note in enumerate(lead.melody)
    )
    lead = lead.replaced(melody=moved)
    assert lead_sheet_from_musicxml(lead_sheet_to_musicxml(lead), base=lead) == lead


def test_a_document_type_that_only_names_musicxml_is_fine():
    text = lead_sheet_to_musicxml(examples.lead_sheet()).decode()
    named = text.replace(
        "<score-partwise", '<!DOCTYPE score-partwise PUBLIC "-//X" "http://x/y.dtd">\n<score-partwise', 1
    )
    assert score_from_musicxml(named.encode()).title == "Upon the Water"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_raises_nothing_but_a_media_error(data):
    lead = examples.lead_sheet()
    content = bytearray(lead_sheet_to_musicxml(lead)[:6000])
    content += b"</measure></part></score-partwise>"
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(32, 126))
    with contextlib.suppress(MediaError):
        lead_sheet_from_musicxml(bytes(content), base=lead)


def test_a_title_with_every_awkward_letter_is_written_and_read():
    lead = examples.lead_sheet().replaced(title='<&"\u0001> שיר 🎵')
    assert isinstance(lead, LeadSheet)
    assert lead_sheet_from_musicxml(lead_sheet_to_musicxml(lead), base=lead).title == '<&"> שיר 🎵'
