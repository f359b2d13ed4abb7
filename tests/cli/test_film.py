"""`hibari film`, asked for over the album of `made`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from cli.main import main
from media.film.probing import film_facts
from tests.media.film.performer.test_consent import consent


@pytest.fixture
def run(made, monkeypatch, capsys, tmp_path):
    for name, value in (("HOME", made.settings.home), ("RELEASES", made.settings.releases), ("FONT", "timgm6mb")):
        monkeypatch.setenv(f"HIBARI_{name}", str(value))
    monkeypatch.setenv("HIBARI_MODELS", str(made.settings.models_dir))
    monkeypatch.setenv("HIBARI_DEVICE", "cpu")
    monkeypatch.setenv("HIBARI_WORKERS", "1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "somebody.png").write_bytes(b"no picture")
    (tmp_path / "consent.json").write_bytes(consent())

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["film", *(made.brief.album_id if argument == "ALBUM" else argument for argument in arguments)])
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    return call


def test_help_shows_examples_and_comes_without_networks():
    script = (
        "import sys; from cli.main import main\n"
        "try: main(['film', '--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('prefect', 'torch', 'transformers') if name in sys.modules], file=sys.stderr)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stderr.strip() == "[]"
    for words in (
        "hibari film first-light song-1 --preview",
        "--style vid2vid --from 12 --to 40",
        "--vertical",
        "--loop",
    ):
        assert words in said.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--size", "1280"), 2, "write it as 1280x720"),
        (("--size", "65x64"), 5, "even"),
        (("--size", "99999x64"), 5, "99999"),
        (("--fps", "0"), 2, "--fps"),
        (("--style", "silent"), 2, "silent"),
        (("--out", "film.avi"), 2, "end in .mp4"),
        (("--out", "nowhere/film.mp4"), 2, "no folder"),
        (("--style", "performer"), 2, "--portrait"),
        (("--style", "move", "--portrait", "somebody.png"), 2, "--portrait"),
        (("--portrait", "somebody.png"), 6, "consent"),
        (("--portrait", "somebody.png", "--consent", "missing.json"), 5, "missing.json"),
        (("--portrait", "somebody.png", "--public-domain", "Vermeer"), 5, "artist, title, year"),
        (("--portrait", "missing.png", "--public-domain", "Vermeer, A Girl, 1665"), 5, "missing.png"),
        (("--portrait", "somebody.png", "--public-domain", "Vermeer, A Girl, 1665"), 5, "somebody.png"),
        (("--from", "20", "--to", "10"), 5, "20 to 10 s"),
        (("--from", "nan"), 5, "nan"),
        (("--loop", "--from", "-3"), 5, "-3"),
        (("--style", "move"), 4, "hibari models pull"),
        (("--style", "vid2vid", "--look", "nobody"), 4, "nobody"),
    ],
)
def test_a_film_that_cannot_be_made_is_refused_in_one_line(run, arguments, code, words):
    ended, out, err = run("ALBUM", "song-1", "--size", "64x64", "--fps", "2", *arguments)
    assert (ended, out) == (code, "")
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"), [(("nothing", "song-1"), 3, "nothing"), (("ALBUM", "song-9"), 3, "song-1")]
)
def test_a_song_that_is_not_there_is_told_with_those_that_are(run, arguments, code, words):
    ended, _, err = run(*arguments)
    assert ended == code
    assert words in err


def test_a_stretch_is_filmed_and_described_for_programs(run, tmp_path):
    asked = ("--style", "vid2vid", "--size", "64x64", "--fps", "2", "--from", "4", "--to", "5.5")
    code, out, err = run("ALBUM", "song-1", *asked, "--json")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert said["reasons"]
    assert len(said["scenes"]) >= 1
    assert {key: said[key] for key in ("out", "style", "width_px", "height_px", "fps", "frames")} == {
        "out": "song-1.mp4",
        "style": "vid2vid",
        "width_px": 64,
        "height_px": 64,
        "fps": 2,
        "frames": 3,
    }
    assert film_facts(tmp_path / "song-1.mp4").frames == 3


@pytest.mark.parametrize(
    ("arguments", "size_px", "fps"),
    [
        (("--preview",), (320, 180), 12),
        (("--vertical",), (1080, 1920), 24),
        (("--vertical", "--preview"), (270, 480), 12),
        (("--preview", "--size", "64x64", "--fps", "1"), (64, 64), 1),
    ],
)
def test_a_preview_has_a_quarter_of_the_size_and_half_the_frames(run, monkeypatch, arguments, size_px, fps):
    asked = []

    def film_alone(state, song, order, out, *, report):
        asked.append(order)
        raise KeyboardInterrupt

    monkeypatch.setattr("tasks.filming.alone.film_alone", film_alone)
    assert run("ALBUM", "song-1", *arguments)[0] == 130
    assert (asked[0].size_px, asked[0].fps) == (size_px, fps)
