from media.sound.figures import sound_figures
from schemas.audio import Master, SectionLoudness
from schemas.base import BlobRef
from tests.media.sound.songs import sections


def master(**changes):
    levels = {"intro": -20.0, "verse 1": -16.0, "chorus": -12.5, "outro": -21.0}
    made = Master(
        audio=BlobRef(sha256="0" * 64, media_type="audio/flac", size=1),
        frames=44_100,
        integrated_lufs=-14.02,
        true_peak_dbtp=-1.51,
        loudness_range_lu=6.0,
        gain_db=6.0,
        limited_db=2.0,
        sections=tuple(SectionLoudness(section=name, short_term_lufs=level) for name, level in levels.items()),
    )
    return made.replaced(**changes)


def test_a_good_master_keeps_every_bound():
    figures = {figure.name: figure for figure in sound_figures(master(), sections())}
    assert all(figure.ok for figure in figures.values())
    assert figures["chorus above verse"].value == 3.5
    assert figures["chorus above verse"].where == "chorus over verse 1"
    assert figures["loudness of chorus"].value == -12.5


def test_what_breaks_its_bound_is_not_ok():
    wrong = master(
        integrated_lufs=-12.9,
        true_peak_dbtp=-0.4,
        sections=(
            SectionLoudness(section="verse 1", short_term_lufs=-13.0),
            SectionLoudness(section="chorus", short_term_lufs=-12.5),
        ),
    )
    assert {f.name for f in sound_figures(wrong, sections()) if not f.ok} == {
        "integrated loudness",
        "true peak",
        "chorus above verse",
    }


def test_a_song_without_a_chorus_has_no_lift():
    names = [figure.name for figure in sound_figures(master(sections=()), sections())]
    assert "chorus above verse" not in names
