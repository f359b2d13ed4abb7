"""`hibari compose`: files in, notation out; an album's tune reworked and kept; what is wrong is told."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from cli.main import main
from schemas.music import LeadSheet

TUNE = (
    "key: C major\n"
    "C4 1 D4 1 E4 1 G4 1 | A4 2 G4 2 | E4 1 D4 1 C4 2 | D4 3 r 1 | C4 1 E4 1 G4 2 | F4 2 D4 2 | C4 4 | r 4"
)
WORDS = "[verse]\nThe light upon the water\nIt calls to me\n[chorus]\nI sing a song for morning\nI sing for you\n"


@pytest.fixture
def run(made, monkeypatch, capsys, tmp_path):
    for name, value in (("HOME", made.settings.home), ("RELEASES", made.settings.releases)):
        monkeypatch.setenv(f"HIBARI_{name}", str(value))
    monkeypatch.setenv("HIBARI_MODELS", str(made.settings.models_dir))
    monkeypatch.setenv("HIBARI_DEVICE", "cpu")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tune.txt").write_text(TUNE)
    (tmp_path / "words.txt").write_text(WORDS)

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["compose", *(made.brief.album_id if argument == "ALBUM" else argument for argument in arguments)])
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    return call


def _lead(said: str) -> LeadSheet:
    return LeadSheet.model_validate(json.loads(said)["lead_sheet"])


def test_help_shows_examples_and_comes_without_networks():
    script = (
        "import sys; from cli.main import main\n"
        "try: main(['compose', 'infill', '--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('prefect', 'torch', 'transformers') if name in sys.modules], file=sys.stderr)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stderr.strip() == "[]"
    assert "hibari compose infill first-light song-2 --bars 9-12" in said.stdout


def test_a_hummed_tune_gets_chords_and_is_written_as_notation_and_as_a_band(run, tmp_path):
    code, said, _ = run("harmonise", "tune.txt", "--genre", "folk", "--out", "tune.musicxml")
    assert code == 0, said
    assert b"<harmony" in (tmp_path / "tune.musicxml").read_bytes()
    assert run("harmonise", "tune.txt", "--out", "tune.mid")[0] == 0
    assert (tmp_path / "tune.mid").read_bytes()[:4] == b"MThd"
    assert run("harmonise", "tune.txt", "--choir", "--out", "choir.mid")[0] == 0
    assert b"choir" in (tmp_path / "choir.mid").read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_infill_leaves_every_other_bar_as_it_was(run):
    before = _lead(run("vary", "tune.txt", "--amount", "0", "--json")[1])
    after = _lead(run("infill", "tune.txt", "--bars", "3-4", "--seed", "5", "--json")[1])
    bar = before.bar_ticks
    outside = [[n for n in lead.melody if not 2 * bar <= n.onset_ticks < 4 * bar] for lead in (before, after)]
    assert outside[0] == outside[1]
    assert before.chords == after.chords
    assert before.melody != after.melody


def test_what_is_kept_is_the_albums_as_somebodys_edit(run, made):
    album = made.brief.album_id
    code, said, told = run("vary", "ALBUM", "song-1", "--amount", "0.5", "--keep", "--by", "Ada")
    assert code == 0, told
    assert f"hibari make {album}" in said
    entry = made.bench.catalogue.choices(album_id=album, limit=1)[0]
    assert (entry.who, entry.what, entry.song_id) == ("Ada", "edit_notes", "song-1")
    assert run("vary", "ALBUM", "song-1", "--amount", "0", "--keep", "--by", "Ada")[0] == 6


def test_own_words_and_chords_are_composed_in_takes_with_reasons(run):
    code, said, told = run("song", "rain", "--words", "words.txt", "--chords", "verse: C | G", "--takes", "2", "--json")
    assert code == 0, told
    takes = json.loads(said)
    assert len(takes) == 2
    assert takes[0]["score"] >= takes[1]["score"]
    assert takes[0]["reasons"]
    lead = LeadSheet.model_validate(takes[0]["lead_sheet"])
    verse = next(section for section in lead.sections if section.role == "verse")
    start = verse.first_bar * lead.bar_ticks
    assert [c.symbol for c in lead.chords if start <= c.onset_ticks < start + 2 * lead.bar_ticks] == ["C", "G"]


def test_a_song_goes_on_with_new_words_and_keeps_what_it_had(run, tmp_path):
    (tmp_path / "more.txt").write_text("Now the morning finds me\nHalf the way to sea\n")
    before = _lead(run("vary", "tune.txt", "--amount", "0", "--json")[1])
    code, said, told = run("extend", "tune.txt", "--words", "more.txt", "--json")
    assert code == 0, told
    after = _lead(said)
    assert after.melody[: len(before.melody)] == before.melody
    assert [syllable.text for syllable in after.syllables[len(before.syllables) :]][:2] == ["Now", "the"]
    assert after.bars == before.bars + 4


def test_a_bridge_lies_between_two_tunes(run, tmp_path):
    (tmp_path / "other.txt").write_text("key: A minor\nA4 1 C5 1 B4 2 | A4 1 G4 1 E4 2 | A4 1 C5 1 B4 2 | A4 4")
    (tmp_path / "more.txt").write_text("Now the morning finds me\nHalf the way to sea\n")
    code, said, told = run("interpolate", "tune.txt", "--to", "other.txt", "--words", "more.txt", "--json")
    assert code == 0, told
    assert _lead(said).sections[-1].name == "bridge"


def test_a_file_of_notes_is_read_into_the_text_of_a_brief(run):
    code, said, _ = run("read", "tune.txt", "--bars", "1-2", "--json")
    assert code == 0
    facts = json.loads(said)
    assert facts["key"] == "C major"
    assert facts["bars"] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("harmonise", "nothing.mid"), "cannot be read"),
        (("harmonise", "tune.txt", "--out", "tune.mp3"), "has to end in"),
        (("harmonise", "tune.txt", "--out", "no/such/tune.mid"), "there is no folder"),
        (("infill", "tune.txt", "--bars", "90-91"), "bars"),
        (("infill", "tune.txt", "--bars", "4-3"), "the first before the last"),
        (("vary", "tune.txt", "--amount", "2"), "--amount"),
        (("vary", "tune.txt", "--keep", "--by", "Ada"), "--keep is for a song of an album"),
        (("song", "rain", "--melody", "verse"), "begin with verse, chorus, bridge"),
        (("read", "words.txt"), "words.txt"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(run, tmp_path, arguments, told):
    before = sorted(path.name for path in tmp_path.iterdir())
    code, _, said = run(*arguments)
    assert code != 0
    assert told in said
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_show_prints_the_tune_and_the_motif_and_writes_pictures(run, made, tmp_path, capsys):
    album = made.brief.album_id
    with pytest.raises(SystemExit) as end:
        main(["show", album, "song-1"])
    said = capsys.readouterr().out
    assert end.value.code == 0
    assert "VERSE" in said
    assert "the album's motif, steps" in said
    with pytest.raises(SystemExit):
        main(["show", album, "song-1", "--pictures", str(tmp_path / "notes")])
    names = sorted(path.name for path in (tmp_path / "notes").iterdir())
    assert names == ["song-1-form.png", "song-1-lead-sheet.pdf", "song-1-notes.svg", "song-1-notes.txt"]
    assert (tmp_path / "notes" / "song-1-notes.svg").read_bytes().startswith(b"<")
