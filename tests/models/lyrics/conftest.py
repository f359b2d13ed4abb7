from __future__ import annotations

import pytest

from models import registry
from models.lyrics.engine import load_language_model
from tests.models.lyrics import tiny


@pytest.fixture(scope="session")
def llama_folder(tmp_path_factory):
    return tiny.save_llama(tmp_path_factory.mktemp("llama"))


@pytest.fixture(scope="session")
def gpt2_folder(tmp_path_factory):
    return tiny.save_gpt2(tmp_path_factory.mktemp("gpt2"))


@pytest.fixture(scope="session")
def llama(llama_folder):
    return load_language_model(llama_folder, device="cpu", engine="int8")


@pytest.fixture(scope="session")
def smollm2():
    folder = registry.default_models_dir()
    if not registry.is_present("lyrics:smollm2", folder):
        pytest.skip("lyrics:smollm2 is not pulled: run `hibari models pull lyrics:smollm2`")
    return load_language_model(registry.path("lyrics:smollm2", folder), device="cpu")
