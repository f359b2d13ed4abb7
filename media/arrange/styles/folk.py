"""Folk: a picked then strummed guitar, a mandolin that chops and ripples, upright bass, shaker, fiddle."""

from __future__ import annotations

from media.arrange.styles.base import Bass, Comp, Counter, Drums, Hands, Pad, Player, Style

_DRUMS = Drums(
    player=Player("drums", "drums", 0, enters=0.55, low=35, high=81, quiet=52, loud=94, loose_ticks=5),
    levels=(
        ({"shaker": "o.g.o.g.o.g.o.g."}, {"shaker": "o.g.o.g.o.g.o.gg"}),
        (
            {"shaker": "o.g.x.g.o.g.x.g.", "kick": "x.......o......."},
            {"shaker": "o.g.x.g.o.ggx.g.", "kick": "x.......x......."},
        ),
        (
            {"shaker": "xgogXgogxgogXgog", "kick": "X.......X.......", "stick": "....x.......x..."},
            {"shaker": "xgogXgogxgogXgog", "kick": "X.....o.X.......", "stick": "....x.......x.o."},
        ),
        (
            {
                "kick": "X...o...X...o...",
                "snare": "....o.......o..g",
                "tamb": "..x.X.x...x.X.x.",
                "shaker": "o.o.o.o.o.o.o.o.",
            },
            {
                "kick": "X.....x.X.......",
                "snare": "....o..g....o...",
                "tamb": "..x.X.x...x.X.xx",
                "shaker": "o.o.o.o.o.o.o.o.",
            },
            {
                "kick": "X...X...X...X...",
                "snare": "......o.......o.",
                "tamb": "x.x.X.x.x.x.X.x.",
                "shaker": "o.o.o.o.o.o.o.o.",
            },
        ),
    ),
    fills=(
        {"kick": "X.......x.......", "snare": "........o.o.oxxX", "tamb": "............x.X."},
        {"kick": "X...X...X.x.....", "floor-tom": "........x.x.x.x.", "tamb": "............xxxX"},
        {"kick": "X.......X...X...", "snare": "..........oox.x.", "tamb": "........x...x.x."},
    ),
    ornaments=(("shaker", 7, "g"), ("kick", 10, "o"), ("tamb", 14, "o"), ("stick", 15, "g"), ("kick", 14, "o")),
)

_BASS = Bass(
    player=Player("bass", "bass", 32, enters=0.28, low=28, high=50, quiet=68, loud=106),
    levels=(
        ("R---------------", "R-------5-------"),
        ("R-------5-------", "R-------5---a---"),
        ("R---..r-5---..a-", "R-------5---3-a-"),
        ("R---r-5-R---5-a-", "R-r-..5-R---p-a-", "R---5---o---5-a-"),
    ),
    pickups=("R-------5-3-p-a-", "R---5---p---p-a-"),
)

_GUITAR = Comp(
    player=Player("chords", "chords", 25, enters=0.0, low=40, high=79, quiet=76, loud=104),
    levels=(
        (
            Hands("..1-2-3-..1-3-2-", "r-------f-------"),
            Hands("..2-1-3-2-1-3-2-", "r-------r-------"),
            Hands("D-----------2-3-", "r---------------"),
        ),
        (
            Hands("..2-..1-..3-..2-", "r---f---r---f---"),
            Hands("h-..2-1-..3-2-1-", "r---f---r---f---"),
            Hands("..1-3-2-..1-h-2-", "r---f---r---f---"),
        ),
        (
            Hands("D---D-U---U-D-U-"),
            Hands("D---D-U-D-U-D-U-"),
            Hands("D-------D-U-D---", "........f......."),
        ),
        (
            Hands("D-D-D-U-DUD-D-U-"),
            Hands("D-U-D-UDU-D-D-UD"),
            Hands("D-D-DUD-D-U-DUDU"),
        ),
    ),
    voices=4,
    low=52,
    high=74,
    left_low=40,
    strum_ticks=10,
)

_MANDOLIN = Comp(
    player=Player("chords-2", "chords", 15, enters=0.62, low=55, high=88, quiet=52, loud=88),
    levels=(
        (Hands("........3-2-1-0-"), Hands("3-2-1-0-........")),
        (Hands("....h-......h-.."), Hands("....h-....h-h-..")),
        (Hands("3-1-2-1-3-1-2-0-"), Hands("..h-..h-..h-..h-")),
        (Hands("3.1.2.1.3.1.2.33"), Hands("..C-..c-..C-..cc"), Hands("3.2.1.2.3.2.1.0.")),
    ),
    voices=4,
    low=62,
    high=84,
)

_ACCORDION = Pad(
    player=Player("pad", "pad", 49, enters=0.52, low=48, high=84, quiet=50, loud=88),
    levels=(
        (("c---------------", "t---------------"), ("c---------------", "t-----------n---")),
        (("c---------------", "t-------n-------"), ("c-------c-------", "t---------------")),
        (("c---------------", "t-------n---t---"), ("c-----------c---", "t-----------n---")),
        (("c-------c-------", "t---n---t-------"), ("c---------------", "t-------t-------")),
    ),
)

_FIDDLE = Counter(
    player=Player("counter", "counter", 40, enters=0.5, low=55, high=86, quiet=61, loud=98),
    cells=((1, 1, 1, 1, 4), (2, 1, 1, 4), (1, 1, 2, 2), (3, 1, 2)),
)

FOLK = Style(
    genre="folk",
    drums=_DRUMS,
    bass=_BASS,
    comps=(_GUITAR, _MANDOLIN),
    pad=_ACCORDION,
    counter=_FIDDLE,
    intro=("chords", "counter", "bass", "pad"),
    rolled_end=True,
)
