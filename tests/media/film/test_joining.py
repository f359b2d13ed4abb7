import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.film.boxes import read_index
from media.film.joining import Chapter, join_reels
from media.film.probing import film_facts, frames_of, sound_of
from media.film.subtitles.cues import cues_of
from schemas.errors import MediaError
from tests.media.film.films import left_in, master, reel, sung

HOSTILE = "a=b;c#d\\e {\\an8} \"q\" 'p': \n[CHAPTER]\nSTART=0 <b>é 夜 \u202e😀"
SEEN = "a=b;c#d\\e {\\an8} \"q\" 'p': [CHAPTER] START=0 <b>é 夜 \u202e😀"


@pytest.fixture(scope="module")
def pieces(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pieces")
    return [reel(folder / f"{count}.mp4", count) for count in (31, 1, 8)], master(folder / "master.flac")


def joined(out, pieces, **more):
    reels, sound = pieces
    cues = cues_of([sung(0.5, ("wa", "ter"), ("{\\an8}",)), sung(1.2, ("falls",), syllable_s=3.0)], duration_s=9.0)
    chapters = [Chapter(0.0, "verse 1"), Chapter(1.0, "chorus")]
    given_ = {"audio": sound, "words": cues, "chapters": chapters, "metadata": {"title": "T"}, "language": "eng"}
    return join_reels(reels, out, **(given_ | more))


def test_a_film_holds_every_frame_in_place_and_the_same_bytes_twice(tmp_path, pieces):
    assert joined(tmp_path / "a.mp4", pieces) == pytest.approx(40 / 24)
    joined(tmp_path / "b.mp4", pieces)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert left_in(tmp_path) == ["a.mp4", "b.mp4"]
    facts = film_facts(tmp_path / "a.mp4")
    assert (facts.frames, facts.fps, facts.codecs) == (40, 24.0, ("avc1", "mp4a", "tx3g", "text"))
    assert facts.streams_at_once
    assert facts.duration_s == pytest.approx(40 / 24, abs=0.001)
    assert facts.sound_s == pytest.approx(40 / 24, abs=0.001)
    assert facts.languages[1:3] == ("eng", "eng")


def test_pictures_are_joined_as_they_are(tmp_path, pieces):
    reels, _ = pieces
    joined(tmp_path / "a.mp4", pieces)
    alone = np.concatenate([frames_of(path, 0, film_facts(path).frames) for path in reels])
    assert np.array_equal(frames_of(tmp_path / "a.mp4", 0, 40), alone)


@pytest.mark.parametrize("fps", [1, 30, 240])
def test_many_odd_reels_never_drift(tmp_path, fps):
    one, three = reel(tmp_path / "1.mp4", 1, fps=fps), reel(tmp_path / "3.mp4", 3, fps=fps)
    join_reels([one, three] * 20, tmp_path / "a.mp4")
    assert np.sort(read_index(tmp_path / "a.mp4").only("vide").starts_s) == pytest.approx(
        np.arange(80) / fps, abs=1e-3 / fps
    )


def test_the_sound_begins_where_it_is_told_to_and_is_filled_with_silence(tmp_path, pieces):
    reels, sound = pieces
    joined(tmp_path / "a.mp4", pieces, audio_from_s=2.0)
    heard, rate = sound_of(tmp_path / "a.mp4")
    assert (rate, heard.shape[1]) == (44_100, 2)
    assert abs(len(heard) - round(40 / 24 * rate)) <= 1
    assert np.abs(heard[: rate // 2]).max() > 0.2
    assert np.abs(heard[int(1.1 * rate) :]).max() < 0.01
    join_reels(reels, tmp_path / "silent.mp4")
    assert film_facts(tmp_path / "silent.mp4").sound_s == 0
    assert sound.exists()


def test_words_lie_inside_as_text_that_is_off_at_first(tmp_path, pieces):
    joined(tmp_path / "a.mp4", pieces)
    stream = read_index(tmp_path / "a.mp4").only("sbtl")
    content = (tmp_path / "a.mp4").read_bytes()
    texts = [content[at + 2 : at + size] for at, size in zip(stream.offsets, stream.sizes, strict=True)]
    assert "water {\u2060\\\u2060an8}".encode() in texts[1] + texts[0]
    assert stream.end_s <= 40 / 24 + 0.01
    assert [one.shown for one in read_index(tmp_path / "a.mp4").streams] == [True, True, False, False]


def test_hostile_text_in_tags_and_chapters_is_only_text(tmp_path, pieces):
    tags = {"title": HOSTILE, "artist": "=;#\\", "album": "[CHAPTER]", "comment": "Made by AI; no person sang"}
    joined(tmp_path / "a.mp4", pieces, metadata=tags, chapters=[Chapter(0, HOSTILE), Chapter(1.25, ";x")])
    facts = film_facts(tmp_path / "a.mp4")
    assert facts.tags == tags | {"title": SEEN}
    assert [(one.start_s, one.title) for one in facts.chapters] == [(0, SEEN), (1.25, ";x")]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from("=;#\\\n\r[]{}'\":, aé\x00夜"), max_size=30))
def test_any_title_comes_back(tmp_path, pieces, text):
    joined(
        tmp_path / "a.mp4", pieces, metadata={"title": text}, words=(), audio=None, chapters=[Chapter(0, "x" + text)]
    )
    facts = film_facts(tmp_path / "a.mp4")
    plain = " ".join(text.replace("\x00", " ").split())
    assert facts.tags.get("title", "") == plain
    assert facts.chapters[0].title == " ".join(("x" + text).replace("\x00", " ").split())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"duration_s": 9.0}, "last 1.667 s"),
        ({"language": "english"}, "three letters"),
        ({"metadata": {"encoder": "x"}}, "no tag 'encoder'"),
        ({"chapters": [Chapter(0, "a"), Chapter(0, "b")]}, "must rise"),
        ({"chapters": [Chapter(5, "a")]}, "stay below"),
        ({"audio_from_s": -1.0}, "0 to"),
    ],
)
def test_what_cannot_be_joined_is_refused_in_words(tmp_path, pieces, change, says):
    with pytest.raises(MediaError, match=says):
        joined(tmp_path / "a.mp4", pieces, **change)
    assert left_in(tmp_path) == []


def test_reels_that_differ_are_not_joined(tmp_path, pieces):
    (first, *_), _ = pieces
    for other in (
        reel(tmp_path / "b.mp4", 3, fps=30),
        reel(tmp_path / "c.mp4", 3, size=(48, 64)),
        reel(tmp_path / "d.mp4", 3, preset="slow"),
    ):
        with pytest.raises(MediaError, match="film both again"):
            join_reels([first, other], tmp_path / "out.mp4")
    with pytest.raises(MediaError, match="1 to 400"):
        join_reels([], tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_damaged_reels_and_sounds_are_refused(tmp_path, pieces):
    (first, *_), _ = pieces
    (tmp_path / "cut.mp4").write_bytes(first.read_bytes()[:-200])
    (tmp_path / "not.flac").write_bytes(b"fLaC nothing")
    with pytest.raises(MediaError, match="MP4"):
        join_reels([first, tmp_path / "cut.mp4"], tmp_path / "out.mp4")
    with pytest.raises(MediaError, match="ffmpeg could not make"):
        join_reels([first], tmp_path / "out.mp4", audio=tmp_path / "not.flac")
    with pytest.raises(MediaError, match="not a file"):
        join_reels([first], tmp_path / "out.mp4", audio=tmp_path / "missing.flac")
    assert left_in(tmp_path) == ["cut.mp4", "not.flac"]
