from __future__ import annotations

import json

import pytest

from artifacts import tables
from schemas.errors import ArtifactError, ReviewError
from tasks.press.folder import file_stem
from tasks.press.press import already_pressed, press_album, press_once
from tasks.press.reading import check_files, read_release
from tasks.review import judge, judge_by_policy


@pytest.fixture
def pressed(made):
    state, _ = made.make()
    judge_by_policy(state, "demo")
    release, folder = press_album(state, made.settings.releases)
    return made, state, release, folder


def test_nothing_is_pressed_without_a_verdict(made):
    state, _ = made.make()
    with pytest.raises(ReviewError, match="no verdict"):
        press_album(state, made.settings.releases)
    assert not any(made.settings.releases.glob("*")) if made.settings.releases.exists() else True


def test_a_rejected_take_is_never_pressed(made):
    state, _ = made.make()
    judge(state, list(state.plan.songs), "approved", by="Ada")
    judge(state, list(state.plan.songs), "rejected", by="Ada", reason="too slow")
    with pytest.raises(ReviewError, match="too slow"):
        press_album(state, made.settings.releases)


def test_a_rejection_needs_a_reason(made):
    state, _ = made.make()
    with pytest.raises(ReviewError, match="reason"):
        judge(state, list(state.plan.songs), "rejected", by="Ada")


def test_a_release_holds_what_people_use(pressed):
    _, _, release, folder = pressed
    paths = {file.path for file in release.files}
    for path in (
        "flac/01 Upon the Water.flac",
        "mp3/01 Upon the Water.mp3",
        "lyrics/01 Upon the Water.lrc",
        "scores/01 Upon the Water.mid",
        "scores/01 Upon the Water - lead sheet.pdf",
        "scores/01 Upon the Water - lead sheet.musicxml",
        "stems/01 Upon the Water/vocal.flac",
        "stems/01 Upon the Water/bass.flac",
        "cover.png",
        "contact-sheet.png",
        "credits.md",
        "index.html",
    ):
        assert path in paths
    assert check_files(folder, release) == []
    assert read_release(folder).digest == release.digest()


def test_a_release_under_a_policy_says_that_no_person_approved_it(pressed):
    _, _, release, folder = pressed
    assert "No person has reviewed this release" in release.approval
    assert "No person has reviewed this release" in (folder / "credits.md").read_text()
    assert "No person has reviewed this release" in (folder / "index.html").read_text()


def test_every_release_says_that_it_is_ai_generated(pressed):
    import mutagen

    _, _, release, folder = pressed
    assert release.ai_generated
    tags = mutagen.File(folder / "flac" / "01 Upon the Water.flac").tags
    assert any("AI-generated" in value for values in tags.as_dict().values() for value in values)


def test_pressing_again_gives_the_same_release_and_leaves_nothing_behind(pressed):
    made, state, release, folder = pressed
    assert already_pressed(state, made.settings.releases) == release
    again, _ = press_album(state, made.settings.releases)
    assert again.digest() == release.digest()
    assert [path.name for path in made.settings.releases.iterdir()] == [folder.name]


def test_a_press_killed_before_it_was_written_down_is_written_down_by_the_next(pressed):
    made, state, release, folder = pressed
    catalogue = made.bench.catalogue
    assert press_once(state, made.settings.releases) == (release, folder, False)
    with catalogue.database.write() as connection:
        connection.execute(tables.releases.delete())
    assert press_once(state, made.settings.releases) == (release, folder, True)
    assert [entry.digest for entry in catalogue.releases(state.album_id)] == [release.digest()]


def test_what_a_killed_press_left_is_swept_up(pressed):
    made, state, _, folder = pressed
    left = made.settings.releases / f".{state.album_id}.999999999.abc"
    left.mkdir()
    (left / "half.flac").write_bytes(b"half")
    press_album(state, made.settings.releases)
    assert not left.exists()


def test_a_verdict_on_another_master_does_not_count(pressed):
    made, state, _, _ = pressed
    from tasks.retakes import begin_retake

    retake = begin_retake(state, state.plan.songs[0], "sing", part="vocal", takes=1)
    fresh, _ = made.make(retake.album)
    with pytest.raises(ReviewError, match="no verdict"):
        press_album(fresh, made.settings.releases)


def test_a_tampered_record_is_refused(pressed):
    _, _, _, folder = pressed
    path = folder / "release.json"
    document = json.loads(path.read_text())
    document["release"]["title"] = "Another"
    path.write_text(json.dumps(document))
    with pytest.raises(ArtifactError, match="changed after pressing"):
        read_release(folder)
    document["release"]["files"][0]["path"] = "../../etc/passwd"
    path.write_text(json.dumps(document))
    with pytest.raises(ArtifactError, match="not a release record"):
        read_release(folder)


def test_a_changed_lost_or_added_file_is_named(pressed):
    _, _, release, folder = pressed
    (folder / "credits.md").write_text("mine")
    (folder / "cover.png").unlink()
    (folder / "extra.txt").write_text("x")
    wrong = check_files(folder, release)
    assert {"credits.md: changed", "cover.png: missing", "extra.txt: not listed"} <= set(wrong)


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Upon the Water", "01 Upon the Water"),
        ("../../etc/passwd", "01 etcpasswd"),
        ("🌊", "01 song"),
        ("שיר", "01 song"),
        ("a/b\\c:d*e?", "01 abcde"),
        ("x" * 120, "01 " + "x" * 80),
    ],
)
def test_file_names_are_safe_whatever_the_title(title, stem):
    assert file_stem(1, title) == stem


def test_a_cover_that_nobody_judged_is_never_pressed(pressed):
    made, state, _, _ = pressed
    from tasks.retakes import begin_retake

    retake = begin_retake(state, None, "paint_cover", part="", takes=1)
    fresh, delivered = made.make(retake.album)
    assert [item.slot.step for item in delivered] == ["paint_cover"]
    with pytest.raises(ReviewError, match="cover .* has no verdict"):
        press_album(fresh, made.settings.releases)
    judge(fresh, [None], "approved", by="Ada")
    release, _ = press_album(fresh, made.settings.releases)
    assert "Approved by Ada" in release.approval


def _replayed(pressed, tmp_path):
    """The release made and pressed again in a store of its own; what differs in steps, and in files."""
    from tasks.bench import Bench
    from tasks.replay import compare, compare_files, prepare_replay
    from tests.tasks.conftest import Workshop

    made, _, _, folder = pressed
    settings = made.settings.model_copy(
        update={"home": tmp_path / "scratch", "releases": tmp_path / "scratch-releases"}
    )
    shop = Workshop(settings, made.brief, Bench(settings))
    plan = prepare_replay(folder, shop.bench)
    shop.make(plan.album)
    return compare(plan), compare_files(plan, settings.releases)


def test_a_release_made_again_from_its_record_is_the_same_to_the_last_file(pressed, tmp_path):
    assert _replayed(pressed, tmp_path) == ([], [])


def test_a_swapped_file_is_found_even_where_the_record_was_made_to_fit(pressed, tmp_path):
    import hashlib

    from schemas.release import Release

    _, _, _, folder = pressed
    (folder / "credits.md").write_text("All my own work.")
    path = folder / "release.json"
    document = json.loads(path.read_text())
    for file in document["release"]["files"]:
        if file["path"] == "credits.md":
            file["sha256"] = hashlib.sha256(b"All my own work.").hexdigest()
            file["size"] = len("All my own work.")
    document["digest"] = Release.model_validate(document["release"]).digest()
    path.write_text(json.dumps(document))
    assert check_files(folder, read_release(folder).release) == []
    steps, files = _replayed(pressed, tmp_path)
    assert steps == []
    assert files == ["credits.md: its bytes are not those that the steps give"]


def test_markup_in_a_title_stays_text_in_the_credits(pressed):
    from tasks.press.pages import credits_page

    _, _, release, _ = pressed
    page = credits_page(release.replaced(title="<script>alert(1)</script>", theme="a & b"))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
