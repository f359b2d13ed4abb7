"""The studio with a Prefect server of one's own."""

from __future__ import annotations

import pytest

from flows.prefect_rest.api import PrefectApi
from flows.server import LocalServer
from flows.upkeep.reaper import disagreements
from schemas.brief import Brief
from schemas.jobs import MakeRequest
from tests.flows.studio_process import StudioProcess, wait_for
from tests.tasks.conftest import own_words_brief, workshop_in

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_a_server_of_ones_own_is_used_and_left_running(tmp_path):
    server = LocalServer(tmp_path / "elsewhere", schedules=True)
    prefect = PrefectApi(server.url, server.auth)
    shop = workshop_in(tmp_path)
    try:
        server.wait()
        where = {"HIBARI_STUDIO__PREFECT_URL": server.url, "HIBARI_STUDIO__PREFECT_AUTH": server.auth}
        studio = StudioProcess(tmp_path, **where).start()
        assert not [child for child in studio.family() if "flows.serving" in child.cmdline()]
        fields = own_words_brief().model_dump(mode="json") | {"lyrics": [{"title": "Hm", "text": "[verse]\n...\n"}]}
        job = shop.bench.catalogue.add_job(MakeRequest(briefs=(Brief.model_validate(fields),)), by="Ada")
        wait_for(lambda: shop.bench.catalogue.job(job.id).is_over, 90)
        done = shop.bench.catalogue.job(job.id)
        assert done.state == "failed"
        assert done.reason
        wait_for(lambda: not disagreements(shop.bench, prefect), 60)
        assert prefect.run_states([done.flow_run]) == {done.flow_run: "FAILED"}
        studio.stop()
        assert prefect.healthy()
        assert not (tmp_path / "home" / "prefect" / "prefect.db").exists()
    finally:
        shop.bench.catalogue.close()
        prefect.close()
        server.close()
