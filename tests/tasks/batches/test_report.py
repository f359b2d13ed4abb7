from __future__ import annotations

import pytest

from schemas.brief_reading import brief_from_fields
from schemas.errors import ArtifactError
from schemas.jobs import Budget, MakeRequest, PressRequest
from schemas.making import Slot
from tasks.batches import report as reports
from tasks.batches.report import gather_report, report_on, write_report
from tasks.deciding import Decider, judge_songs


@pytest.fixture
def batch(made):
    """A job over the album that is made, one that failed, one set aside and one that the budget left."""
    made.make()
    others = [
        brief_from_fields({"theme": theme, "songs": 1, "models": {"cover": "cover:typographic"}})
        for theme in ("ice", "salt", "dust")
    ]
    catalogue = made.bench.catalogue
    request = MakeRequest(
        name="nightly",
        briefs=(made.brief, *others),
        budget=Budget(albums=3),
        refused=("line 3: songs: 99 is too many",),
    )
    job = catalogue.add_job(request, by="Ada")
    ice, salt, dust = (brief.album_id for brief in others)
    catalogue.album(ice, others[0], title="Ice")
    catalogue.fail(Slot(album_id=ice, song_id="song-1", step="write_lyrics"), "no line fits")
    catalogue.quarantine(salt, "the worker process died twice")
    catalogue.begin_job(job.id, "here")
    catalogue.note_result(
        job.id,
        {
            "albums": {
                made.brief.album_id: {"state": "made", "failures": {}, "seconds": 20.0},
                ice: {"state": "failed", "failures": {"song-1": "write_lyrics: no line fits"}, "seconds": 1.0},
                salt: {"state": "set aside", "failures": {"": "was set aside"}, "seconds": 0.0},
            },
            "left": {dust: "the budget is 3 albums, and 3 were begun"},
            "cpu_s": 21.5,
            "model_loads": {"music:transformer": 2},
            "seconds_by_step": {"mix": 20.0, "write_lyrics": 1.0},
        },
    )
    catalogue.finish_job(job.id, "here", "done")
    return made, catalogue.job(job.id)


def test_every_album_that_was_asked_for_is_told_of_once(batch):
    made, job = batch
    found = gather_report(made.bench, job, job.request)
    assert [album.album_id for album in found.albums] == [made.brief.album_id]
    assert [(line.title, line.reason) for line in found.failed] == [("ice", "song-1: write_lyrics: no line fits")]
    assert [line.title for line in found.set_aside] == ["salt"]
    assert [line.title for line in found.left] == ["dust"]
    assert found.asked == 5
    assert found.outcome == "1 of 4 albums are there."
    assert (found.cost.cpu_s, found.cost.seconds) == (21.5, 21.0)
    assert found.loads == (("music:transformer", 2),)
    assert "The budget was 3 albums." in found.rules


def test_an_album_is_told_with_its_figures_its_cost_and_what_it_needs(batch):
    made, job = batch
    (album,) = gather_report(made.bench, job, job.request).albums
    (song,) = album.songs
    assert song.title == "Upon the Water"
    assert song.standing == "needs a verdict"
    assert song.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert 20 <= song.duration_s <= 45
    assert album.needs == ("1 song and the cover need a verdict",)
    assert album.cover_jpeg.startswith(b"\xff\xd8")
    assert album.cost.disk_bytes > 1_000_000


def test_an_albums_cost_is_that_of_every_take_that_is_there(batch):
    made, job = batch
    (album,) = gather_report(made.bench, job, job.request).albums
    catalogue = made.bench.catalogue
    takes = [take for each in catalogue.album_takes(made.brief.album_id).values() for take in each]
    spent = {take.artifact: catalogue.provenance(take.artifact)[0] for take in takes}
    assert {each.slot.step for each in spent.values()} >= {"write_lyrics", "compose_lead_sheet", "mix", "paint_cover"}
    assert all(each.cpu_s > 0 and each.seconds > 0 for each in spent.values())
    assert album.cost.cpu_s == pytest.approx(sum(each.cpu_s for each in spent.values()))
    assert album.cost.seconds == pytest.approx(sum(each.seconds for each in spent.values()))


def test_what_people_decided_is_told(batch):
    made, job = batch
    ada = Decider("Ada", "command")
    judge_songs(made.bench, made.brief.album_id, ["song-1"], "rejected", ada, reason="the chorus drags")
    judge_songs(made.bench, made.brief.album_id, ["cover"], "approved", ada)
    (album,) = gather_report(made.bench, job, job.request).albums
    assert album.needs == ("'Upon the Water' was turned down: retake it, or press without it",)
    judge_songs(made.bench, made.brief.album_id, ["song-1"], "approved", ada)
    (album,) = gather_report(made.bench, job, job.request).albums
    assert album.needs == ()
    assert album.songs[0].standing == "approved"


def test_both_files_are_written_whole_and_over_those_of_before(batch):
    made, job = batch
    page = write_report(made.bench, job.id)
    assert page == made.settings.home / "reports" / job.id / "report.html"
    assert "Upon the Water" in page.read_text(encoding="utf-8")
    assert "Upon the Water" in page.with_name("report.md").read_text(encoding="utf-8")
    write_report(made.bench, job.id)
    assert sorted(path.name for path in page.parent.iterdir()) == ["report.html", "report.md"]


def test_a_report_that_cannot_be_written_spoils_no_job(batch, monkeypatch, caplog):
    made, job = batch

    def full(_path, _text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reports, "_put", full)
    assert report_on(made.bench, job.id) is None
    assert "No space left" in caplog.text


def test_only_batches_are_reported_on_by_themselves(made):
    single = made.bench.catalogue.add_job(MakeRequest(briefs=(made.brief,)), by="Ada")
    assert report_on(made.bench, single.id) is None
    assert not (made.settings.home / "reports").exists()
    press = made.bench.catalogue.add_job(PressRequest(album_id=made.brief.album_id), by="Ada")
    with pytest.raises(ArtifactError, match="nothing to report"):
        write_report(made.bench, press.id)
