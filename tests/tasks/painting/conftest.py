"""An easel of tiny networks with random weights, and six looks: painting works, what comes out is no beauty."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.pictures.style.arbitrary import Stylist
from models.pictures.style.facts import PictureFacts
from models.pictures.style.looks import Look, Looks
from models.pictures.upscaling.srvgg import SRVGG, SRVGGConfig
from models.pictures.upscaling.upscaler import Upscaler
from schemas.plan import Key
from tasks.painting.directing import Asked
from tasks.painting.painter import Easel


def look(number):
    facts = PictureFacts(
        0.5, 0.1, 60.0, 0.02, 0.2, 0.01 * number, ("#203040", "#806040", "#c0a080", "#e0d0c0", "#101820")
    )
    return Look(f"look-{number}", f"Artist {number}", "A Painting", "1880", 1900, "", facts, facts, 0.8, 0.1, 0.9)


@pytest.fixture(scope="session")
def easel():
    stylist = Stylist.tiny()
    torch.manual_seed(0)
    width = stylist._transformer.style_width
    vectors = np.random.default_rng(0).normal(0, 0.3, (6, width)).astype(np.float32)
    upscaler = Upscaler(SRVGG(SRVGGConfig.tiny()), torch.device("cpu"))
    return Easel(Looks([look(number) for number in range(6)], vectors), stylist, upscaler)


@pytest.fixture
def asked():
    return Asked(
        title="Salt",
        artist="Ada",
        theme="the sea at night",
        genre="folk",
        mood="calm",
        key=Key(tonic="D", mode="minor"),
        energy=0.5,
        images={"sea": 3},
        small_print=("AI-GENERATED",),
        motif="",
        look="",
        kin=None,
        seed=7,
    )
