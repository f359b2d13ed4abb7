from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile

import pytest
from sqlalchemy import select

from artifacts import tables
from schemas.base import BlobRef, canonical_json, sha256_hex
from schemas.jobs import PressRequest
from schemas.review import Verdict
from schemas.settings import CHECKOUT
from studio.views.albums import AlbumCard
from studio.views.artifacts import artifact_json
from tasks.standing import refresh_standing
from tasks.working.pressing import press_whole
from tests.studio.conftest import stand

OWN_WORDS = {
    "theme": "a lamp in the window",
    "songs": 1,
    "models": {"cover": "cover:typographic"},
    "lyrics": [{"text": "[verse]\nThe light upon the water\nIt calls to me\n"}],
}


def get(home, path, role="viewer", **asked):
    answer = home.api(role).get(f"/api/v1{path}", **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_albums_are_listed_filtered_searched_and_paged(studio_home):
    stand(studio_home, "review", genre="folk", mood="calm")
    album = studio_home.album_id
    assert [card["album_id"] for card in get(studio_home, "/albums")["albums"]] == [album]
    for asked, total in (
        ({"state": "review"}, 1),
        ({"state": ["review", "pressed"]}, 1),
        ({"state": "pressed"}, 0),
        ({"search": "WATER light"}, 1),
        ({"search": "100%"}, 0),
        ({"genre": "folk", "mood": "calm"}, 1),
        ({"genre": "rock"}, 0),
        ({"offset": 1}, 1),
    ):
        assert get(studio_home, "/albums", params=asked)["total"] == total, asked
    assert get(studio_home, "/albums", params={"offset": 1})["albums"] == []


def test_a_list_of_albums_says_all_that_a_card_holds(still_studio):
    [card] = get(still_studio, "/albums")["albums"]
    assert AlbumCard.model_validate(card).album_id == still_studio.album_id
    assert set(card) == set(AlbumCard.model_fields)


@pytest.mark.parametrize(
    "asked",
    [{"limit": 0}, {"limit": 1000}, {"offset": -1}, {"state": "lost"}, {"order": "best"}, {"search": "a\x00"}],
)
def test_what_cannot_be_asked_of_a_list_is_told(still_studio, asked):
    answer = still_studio.api().get("/api/v1/albums", params=asked)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == f"query.{next(iter(asked))}" or asked == {"state": "lost"}


def test_an_album_shows_songs_cover_steps_and_releases(still_studio):
    found = get(still_studio, f"/albums/{still_studio.album_id}")
    [song] = found["songs"]
    assert (song["state"], song["title"]) == ("review", "Upon the Water")
    assert song["integrated_lufs"] == pytest.approx(-14.0, abs=0.2)
    assert found["cover"]["picture"]["media_type"] == "image/png"
    assert {step["action"] for step in found["steps"]} == {"reuse"}
    assert found["brief"]["theme"] == "a light upon the water"
    assert (found["releases"], found["set_aside"]) == ([], None)


def test_a_song_shows_its_plan_words_tune_and_inspection(still_studio):
    found = get(still_studio, f"/albums/{still_studio.album_id}/songs/song-1")
    assert found["lyrics"]["title"] == "Upon the Water"
    assert found["lead_sheet"]["kind"] == "lead_sheet"
    assert found["inspection"]["kind"] == "inspection"
    assert {step["song_id"] for step in found["steps"]} == {"song-1"}
    versions = get(still_studio, f"/albums/{still_studio.album_id}/songs/song-1/versions")["versions"]
    assert [(version["number"], version["artifact"]) for version in versions] == [(1, found["song"]["master"])]


@pytest.mark.parametrize(
    "path",
    [
        "/albums/none",
        "/albums/none/plan",
        "/albums/none/songs",
        "/albums/none/verdicts",
        "/albums/none/takes",
        "/albums/none/edits",
        "/albums/none/releases",
        "/albums/none/releases/1",
        "/albums/none/releases/1/archive",
        "/albums/none/releases/1/files/cover.png",
        "/jobs/job-0123456789ab",
        f"/artifacts/{'0' * 64}",
        f"/artifacts/{'0' * 64}/lineage",
        f"/artifacts/{'0' * 64}/origins",
        f"/artifacts/{'0' * 64}/dependants",
        f"/blobs/{'0' * 64}",
        "/nothing",
    ],
)
def test_what_is_not_there_is_a_problem_that_says_so(still_studio, path):
    answer = still_studio.api().get(f"/api/v1{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["detail"]


def test_an_artifact_shows_its_record_lineage_origins_and_what_came_of_it(still_studio):
    master = get(still_studio, f"/albums/{still_studio.album_id}/songs")[0]["master"]
    record = get(still_studio, f"/artifacts/{master}")
    assert (record["kind"], record["record"]["kind"]) == ("master", "master")
    assert record["blobs"][0]["media_type"] == "audio/flac"
    lineage = {node["digest"]: node for node in get(still_studio, f"/artifacts/{master}/lineage")["nodes"]}
    kinds = {node["kind"] for node in lineage.values()}
    assert {"master", "mix", "stem", "lead_sheet", "lyrics"} <= kinds
    assert all(digest in lineage for node in lineage.values() for digest in node["inputs"].values())
    made = get(still_studio, f"/artifacts/{master}/origins")
    assert (made["step"], made["author"], made["take"], made["times_made"]) == ("master", "hibari", 0, 1)
    assert {one["name"] for one in made["inputs"]} >= {"mix"}
    mix = next(digest for digest, node in lineage.items() if node["kind"] == "mix")
    assert master in get(still_studio, f"/artifacts/{mix}/dependants")["dependants"]
    again = still_studio.api().get(f"/api/v1/artifacts/{master}", headers={"If-None-Match": f'"{master}"'})
    assert again.status_code == 304


def test_a_brief_becomes_a_job_that_can_be_followed_and_stopped(studio_home):
    producer = studio_home.api("producer")
    answer = producer.post("/api/v1/albums", json=OWN_WORDS, params={"priority": 7})
    assert answer.status_code == 202
    job = producer.get(answer.headers["location"]).json()
    assert (job["job"]["state"], job["job"]["priority"], job["job"]["by"]) == ("queued", 7, "Pat")
    assert [one["id"] for one in get(studio_home, "/queue")] == [job["job"]["id"]]
    moved = producer.put(f"/api/v1/jobs/{job['job']['id']}/priority", json={"priority": 9})
    assert moved.json()["priority"] == 9
    stopped = producer.post(f"/api/v1/jobs/{job['job']['id']}/cancel", json={"reason": "wrong brief"})
    assert (stopped.json()["state"], stopped.json()["cancelled_by"]) == ("cancelled", "Pat")
    assert producer.post(f"/api/v1/jobs/{job['job']['id']}/cancel").status_code == 409
    assert producer.put(f"/api/v1/jobs/{job['job']['id']}/priority", json={"priority": 1}).status_code == 409
    what = [(choice["what"], choice["who"], choice["via"]) for choice in get(studio_home, "/choices")["choices"]]
    assert what == [("cancel", "Pat", "api"), ("set_priority", "Pat", "api"), ("ask_make", "Pat", "api")]


def test_a_line_of_text_is_a_brief_too(studio_home):
    text = "theme: a lamp in the window\nsongs: 1\nmodels: {cover: cover:typographic}\n"
    text += "lyrics:\n  - text: |\n      [verse]\n      The light upon the water\n"
    answer = studio_home.api("producer").post("/api/v1/albums", content=text, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 202, answer.text


def test_a_wrong_brief_names_field_value_and_bound(still_studio):
    answer = still_studio.api("producer").post("/api/v1/albums", json={"theme": "x", "songs": 21})
    assert answer.status_code == 422
    for part in ("songs", "21", "20"):
        assert part in answer.json()["detail"]
    unknown = still_studio.api("producer").post("/api/v1/albums", json={"theme": "x", "tempo": 90})
    assert "did you mean 'tempo_bpm'?" in unknown.json()["detail"]


def test_the_same_key_gives_the_same_job_and_another_brief_needs_another_key(studio_home):
    producer = studio_home.api("producer")
    key = {"Idempotency-Key": "order-17"}
    first, again = (producer.post("/api/v1/albums", json=OWN_WORDS, headers=key).json()["id"] for _ in range(2))
    assert first == again
    assert len(studio_home.catalogue.jobs()) == 1
    assert len(studio_home.catalogue.choices()) == 1
    other = producer.post("/api/v1/albums", json={**OWN_WORDS, "seed": 2}, headers=key)
    assert other.status_code == 409
    assert "order-17" in other.json()["detail"]


def test_keys_of_two_tokens_never_meet(studio_home):
    key = {"Idempotency-Key": "order-17"}
    jobs = {
        studio_home.api(role).post("/api/v1/albums", json=OWN_WORDS, headers=key).json()["id"]
        for role in ("producer", "admin")
    }
    assert len(jobs) == 2


@pytest.mark.parametrize("key", ["a b", "a" * 121, "\xe9"])
def test_a_key_is_short_and_plain(still_studio, key):
    sent = {"Idempotency-Key": key.encode("latin-1")}
    assert still_studio.api("producer").post("/api/v1/albums", json=OWN_WORDS, headers=sent).status_code == 422


def test_a_batch_is_one_job_of_several_albums(studio_home):
    producer = studio_home.api("producer")
    body = {
        "name": "four by night",
        "briefs": [OWN_WORDS],
        "entries": [{"brief": OWN_WORDS | {"theme": "rain"}, "vary": {"seed": [1, 2, 3]}}],
        "budget": {"albums": 3},
    }
    answer = producer.post("/api/v1/batches", json=body)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["batch"], answer.json()["album_count"], answer.json()["priority"]) == (True, 4, 3)
    [batch] = get(studio_home, "/batches")["jobs"]
    assert batch["what"] == "make four by night"
    assert get(studio_home, f"/jobs/{batch['id']}")["request"]["budget"]["albums"] == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"briefs": [{"theme": "x", "songs": 99}]},
        {"briefs": [{"theme": "x"}], "priority": 10},
        {"entries": [{"brief": {"theme": "x"}, "vary": {"seed": "1..1000"}}]},
        {"briefs": [{"theme": "x"}], "policy": "none-such"},
        {"briefs": [{"theme": "x"}] * 501},
    ],
)
def test_a_wrong_batch_is_refused_whole(still_studio, body):
    answer = still_studio.api("producer").post("/api/v1/batches", json=body)
    assert answer.status_code in (409, 422), answer.text
    assert still_studio.catalogue.jobs() == []


def test_verdicts_are_given_listed_logged_and_told(studio_home):
    path = f"/api/v1/albums/{studio_home.album_id}/verdicts"
    reviewer = studio_home.api("reviewer")
    assert reviewer.post(path, json={"decision": "rejected", "songs": ["song-1"]}).status_code == 409
    assert reviewer.post(path, json={"decision": "approved", "songs": ["song-9"]}).status_code == 404
    remark = {"at_s": 4.5, "text": "late here"}
    given = reviewer.post(
        path, json={"decision": "rejected", "songs": ["song-1"], "reason": "it drags", "remarks": [remark]}
    )
    assert given.status_code == 201
    assert [(one["by"], one["decision"], one["remarks"]) for one in given.json()] == [("Rika", "rejected", [remark])]
    assert reviewer.post(path, json={"decision": "approved"}).status_code == 201
    assert len(get(studio_home, f"/albums/{studio_home.album_id}/verdicts")) == 3
    assert get(studio_home, f"/albums/{studio_home.album_id}/songs")[0]["state"] == "approved"
    assert get(studio_home, "/albums")["albums"][0]["state"] == "approved"
    kinds = [event["kind"] for event in get(studio_home, "/events/list", params={"limit": 500})["events"]]
    assert kinds.count("verdict.given") == 3


def test_takes_edits_and_retakes_go_through_the_api(studio_home):
    album = f"/albums/{studio_home.album_id}"
    takes = get(studio_home, f"{album}/takes", params={"song": "song-1", "step": "write_lyrics"})["takes"]
    assert [(take["number"], take["selected"]) for take in takes] == [(0, True)]
    reviewer, producer = studio_home.api("reviewer"), studio_home.api("producer")
    chosen = {"song_id": "song-1", "step": "write_lyrics", "number": 3}
    assert reviewer.put(f"/api/v1{album}/selection", json=chosen).status_code == 409
    assert reviewer.put(f"/api/v1{album}/selection", json={**chosen, "number": 0}).status_code == 200
    line = {"section": "chorus", "line": 1, "text": "I sing a song for evening"}
    changed = reviewer.post(f"/api/v1{album}/songs/song-1/words", json=line)
    assert changed.json() == {"before": "I sing a song for morning", "after": "I sing a song for evening"}
    assert reviewer.post(f"/api/v1{album}/songs/song-1/words", json={**line, "text": "No"}).status_code == 409
    [edit] = get(studio_home, f"{album}/edits")["edits"]
    assert (edit["person"], edit["step"], edit["conflict"]) == ("Rika", "write_lyrics", "")
    plan = {(step["step"], step["action"]) for step in get(studio_home, f"{album}/plan")}
    assert ("write_lyrics", "reuse") in plan
    assert ("compose_lead_sheet", "make") in plan
    wanted = {"song_id": "song-1", "step": "compose_lead_sheet", "takes": 2}
    foreseen = studio_home.api().post(f"/api/v1{album}/retakes/preview", json=wanted).json()["prospects"]
    assert "compose_lead_sheet" in {item["slot"]["step"] for item in foreseen}
    assert "write_lyrics" not in {item["slot"]["step"] for item in foreseen if item["action"] != "reuse"}
    asked = producer.post(f"/api/v1{album}/retakes", json=wanted)
    assert (asked.status_code, asked.json()["kind"]) == (202, "retake")
    assert producer.post(f"/api/v1{album}/retakes", json={**wanted, "step": "dance"}).status_code == 409
    settled = {"step": "write_lyrics", "policy": "drop"}
    assert reviewer.post(f"/api/v1{album}/songs/song-1/edits/settle", json=settled).status_code == 204
    assert get(studio_home, f"{album}/edits")["edits"] == []


def test_songs_run_in_the_order_that_was_chosen(studio_home):
    path = f"/api/v1/albums/{studio_home.album_id}/order"
    assert studio_home.api("reviewer").put(path, json={"songs": ["song-1"]}).json() == {"songs": ["song-1"]}
    assert studio_home.api("reviewer").put(path, json={"songs": ["song-1", "song-1"]}).status_code == 409


def pressed(home) -> str:
    """Approve and press the album as its job would; the path of the release."""
    home.api("reviewer").post(f"/api/v1/albums/{home.album_id}/verdicts", json={"decision": "approved"})
    asked = home.api("producer").post(f"/api/v1/albums/{home.album_id}/press")
    assert asked.status_code == 202
    assert isinstance(home.catalogue.job(asked.json()["id"]).request, PressRequest)
    press_whole(home.album_id, home.bench, policy="")
    refresh_standing(home.bench, home.album_id)
    return f"/api/v1/albums/{home.album_id}/releases/1"


def test_a_release_is_listed_and_downloaded_file_by_file_and_whole(studio_home):
    path = pressed(studio_home)
    viewer = studio_home.api()
    assert [one["number"] for one in get(studio_home, f"/albums/{studio_home.album_id}/releases")] == [1]
    release = viewer.get(path).json()["release"]
    for file in release["files"]:
        answer = viewer.get(f"{path}/files/{file['path']}")
        assert (answer.status_code, len(answer.content)) == (200, file["size"]), file["path"]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["etag"] == f'"{file["sha256"]}"'
    part = viewer.get(f"{path}/files/cover.png", headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PNG")
    whole = viewer.get(f"{path}/archive")
    with zipfile.ZipFile(io.BytesIO(whole.content)) as archived:
        assert archived.testzip() is None
        names = {name.partition("/")[2] for name in archived.namelist()}
    assert names == {file["path"] for file in release["files"]} | {"release.json"}
    assert get(studio_home, "/albums")["albums"][0]["state"] == "pressed"


def test_only_files_that_the_record_lists_are_opened(studio_home):
    path = pressed(studio_home)
    for name in ("release.json", "../home/catalogue.sqlite", "flac", "none.txt", ".", "%2e%2e/x"):
        assert studio_home.api().get(f"{path}/files/{name}").status_code == 404, name


def test_a_file_that_is_not_what_was_pressed_is_not_handed_out(studio_home, tmp_path):
    path = pressed(studio_home)
    folder = studio_home.shop.settings.releases / studio_home.album_id
    secret = tmp_path / "secret"
    secret.write_bytes((folder / "cover.png").read_bytes())
    credits_ = (folder / "credits.md").read_bytes()
    (folder / "credits.md").write_bytes(bytes(len(credits_)))
    (folder / "cover.png").unlink()
    (folder / "cover.png").symlink_to(secret)
    for name in ("credits.md", "cover.png"):
        assert studio_home.api().get(f"{path}/files/{name}").status_code == 404
    assert studio_home.api().get(f"{path}/archive").status_code == 404


def test_an_album_that_was_set_aside_is_let_in_again_by_an_admin(studio_home):
    path = f"/api/v1/albums/{studio_home.album_id}/quarantine"
    admin = studio_home.api("admin")
    assert admin.delete(path).status_code == 409
    studio_home.catalogue.quarantine(studio_home.album_id, "its worker died twice")
    assert get(studio_home, f"/albums/{studio_home.album_id}")["set_aside"] == "its worker died twice"
    assert admin.delete(path).status_code == 204
    assert get(studio_home, f"/albums/{studio_home.album_id}")["set_aside"] is None
    assert get(studio_home, "/choices")["choices"][0]["what"] == "lift_quarantine"


def test_a_token_is_made_for_a_person_and_its_secret_shown_once(studio_home):
    admin = studio_home.api("admin")
    made = admin.post("/api/v1/tokens", json={"name": "Zoe", "role": "reviewer", "days": 1}).json()
    client = studio_home.stranger(Authorization=f"Bearer {made['secret']}")
    assert client.get("/api/v1/albums").status_code == 200
    assert made["secret"] not in admin.get("/api/v1/tokens").text
    assert admin.post("/api/v1/tokens", json={"name": "policy:careful", "role": "viewer"}).status_code == 409


def test_settings_are_shown_without_secrets(served):
    home = served(prefect_url="http://ada:1234@prefect.example/api", prefect_auth="ada:1234")
    shown = get(home, "/settings", role="admin")["settings"]
    assert (shown["STUDIO__PREFECT_AUTH"], shown["STUDIO__PREFECT_URL"]) == ("(set)", "http://prefect.example/api")
    assert "1234" not in json.dumps(shown)


def test_models_figures_and_health_are_told(still_studio):
    names = {model["name"] for model in get(still_studio, "/models")["models"]}
    assert {"lyrics:smollm2", "music:transformer", "cover:typographic"} <= names
    figures = get(still_studio, "/stats")
    assert figures["albums"] == figures["albums_by_state"]["review"] == 1
    assert still_studio.stranger().get("/api/v1/health").json() == {"status": "ok"}
    ready = still_studio.stranger().get("/api/v1/ready").json()
    assert ready["ready"]
    assert {piece["name"] for piece in ready["pieces"]} == {"catalogue", "blobs"}


def test_without_a_prefect_server_schedules_say_so(still_studio):
    answer = still_studio.api().get("/api/v1/schedules")
    assert answer.status_code == 503
    assert "hibari studio" in answer.json()["detail"]


def test_the_web_process_loads_neither_torch_nor_prefect(still_studio):
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from schemas.settings import Settings\n"
        "from starlette.testclient import TestClient\n"
        "from studio.app import create_app\n"
        "app = create_app(Settings(home=Path(sys.argv[1])))\n"
        "headers = {'Authorization': 'Bearer ' + sys.argv[2]}\n"
        "client = TestClient(app, 'http://127.0.0.1:8420', headers=headers)\n"
        "answers = [client.get(path).status_code for path in sys.argv[3:]]\n"
        "print(json.dumps([answers, sorted(sys.modules)]))\n"
    )
    album = f"/api/v1/albums/{still_studio.album_id}"
    paths = ["/api/v1/albums", album, f"{album}/songs/song-1", f"{album}/plan", "/api/v1/openapi.json", "/login"]
    home, secret = still_studio.shop.settings.home, still_studio.secrets["viewer"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(home), secret, *paths],
        capture_output=True,
        text=True,
        check=True,
        cwd=CHECKOUT,
    )
    answers, modules = json.loads(done.stdout.splitlines()[-1])
    assert answers == [200] * len(paths)
    assert {"torch", "prefect", "transformers", "music21"} & set(modules) == set()


def test_a_record_goes_out_as_stored_and_says_what_reading_it_would(studio_home):
    catalogue = studio_home.bench.catalogue
    with catalogue.database.read() as connection:
        digests = connection.execute(select(tables.records.c.digest)).scalars().all()
    kinds = set()
    for digest in digests:
        artifact = catalogue.get(digest)
        written = json.loads(artifact_json(digest, catalogue.content(digest)))
        assert written["record"] == artifact.model_dump(mode="json")
        assert {BlobRef.model_validate(blob) for blob in written["blobs"]} == set(artifact.blobs())
        kinds.add(written["kind"])
    assert {"score", "master", "engraving", "lyrics"} <= kinds


def test_a_record_of_an_older_version_goes_out_lifted():
    old = {"kind": "verdict", "schema_version": 1, "album_id": "sea", "song_id": None, "subject": "0" * 64}
    content = canonical_json({**old, "decision": "approved", "by": "Ada", "reason": "", "at": "2026-01-02T00:00:00Z"})
    written = json.loads(artifact_json(sha256_hex(content), content))
    assert written["record"]["schema_version"] == Verdict.latest_version
    assert written["record"]["remarks"] == []
