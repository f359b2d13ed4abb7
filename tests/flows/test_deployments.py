from __future__ import annotations

from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
DEPLOYMENTS = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_every_entrypoint_loads_and_takes_the_parameters_it_is_given(deployment):
    from prefect.flows import load_flow_from_entrypoint

    flow = load_flow_from_entrypoint(str(CHECKOUT / deployment["entrypoint"]))
    known = set(flow.parameters.properties)
    assert set(deployment["parameters"]) <= known
    if set(flow.parameters.required or []) <= set(deployment["parameters"]):
        flow.validate_parameters(deployment["parameters"])


def test_the_nightly_batch_is_one_of_briefs_and_its_cron_is_a_cron():
    from datetime import date

    from prefect.server.schemas.schedules import CronSchedule

    from flows.nightly import template
    from tasks.batches.expanding import expand

    nightly = next(deployment for deployment in DEPLOYMENTS if deployment["name"] == "nightly")
    assert nightly["entrypoint"] == "flows/nightly.py:produce_nightly"
    found = template(nightly["parameters"]["batch"])
    expansion = expand(found.batch, on=date(2025, 1, 31))
    assert found.refused == expansion.refused == ()
    assert len(expansion.briefs) == 2
    schedule = nightly["schedules"][0]
    assert CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"]).cron == "0 2 * * *"


def test_a_refused_brief_stops_the_flow_before_anything_is_made(tmp_path, monkeypatch):
    from flows.produce import produce_albums
    from schemas.errors import BriefError

    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))
    with pytest.raises(BriefError, match="genre"):
        produce_albums.fn([{"theme": "x"}, {"theme": "y", "genre": "polka"}])
    from schemas.settings import Settings
    from tasks.bench import Bench

    assert Bench(Settings()).catalogue.albums() == []


def test_an_album_that_was_set_aside_is_not_tried_again_by_a_deployment(tmp_path, monkeypatch):
    from flows.produce import produce_albums
    from schemas.brief_reading import brief_from_fields
    from schemas.settings import Settings
    from tasks.bench import Bench

    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))
    fields = {
        "theme": "the sea",
        "songs": 1,
        "models": {"cover": "cover:typographic"},
        "lyrics": ["[verse]\nThe light upon the water\nIt calls to me\n"],
    }
    album_id = brief_from_fields(fields).album_id
    bench = Bench(Settings())
    bench.catalogue.quarantine(album_id, "the worker process died twice")
    bench.catalogue.close()
    assert produce_albums.fn([fields]) == [
        {"album": album_id, "failures": {"": "was set aside: the worker process died twice"}}
    ]
