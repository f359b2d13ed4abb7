"""Bossa nova: nylon guitar on the clave, two-feel bass, rim and shaker, soft piano, strings and a flute."""

from __future__ import annotations

from media.arrange.styles.base import Bass, Comp, Counter, Drums, Hands, Pad, Player, Style

_DRUMS = Drums(
    player=Player("drums", "drums", 0, enters=0.34, low=35, high=81, quiet=57, loud=98, loose_ticks=4),
    levels=(
        ({"shaker": "o.g.o.g.o.g.o.g."}, {"shaker": "o.g.o.g.o.g.o.gg", "stick": "....g..........."}),
        (
            {"shaker": "o.g.o.g.o.g.o.g.", "stick": "o.....o.....o...", "kick": "o.....o.o.....o."},
            {"shaker": "o.g.o.g.o.g.o.g.", "stick": "....o...o.......", "kick": "o.....o.o.....o."},
        ),
        (
            {
                "hat": "o.o.o.o.o.o.o.o.",
                "stick": "x.....x.....x...",
                "kick": "x.....o.x.....o.",
                "pedal": "....o.......o...",
            },
            {
                "hat": "o.o.o.o.o.o.o.o.",
                "stick": "....x...x.......",
                "kick": "x.....o.x.....o.",
                "pedal": "....o.......o...",
            },
        ),
        (
            {
                "ride": "x.o.x.o.x.o.x.o.",
                "stick": "X.....x.....x...",
                "kick": "X.....x.X.....x.",
                "pedal": "....x.......x...",
                "shaker": "o.o.o.o.o.o.o.o.",
            },
            {
                "ride": "x.o.x.o.x.o.x.o.",
                "stick": "....X...x.....o.",
                "kick": "X.....x.X.....x.",
                "pedal": "....x.......x...",
                "shaker": "o.o.o.o.o.o.o.o.",
            },
            {
                "ride": "x.o.x.ogx.o.x.o.",
                "stick": "X.....x...x.....",
                "kick": "X.....x.X...o.x.",
                "pedal": "....x.......x...",
                "shaker": "o.o.o.o.o.o.o.oo",
            },
        ),
    ),
    fills=(
        {
            "kick": "X.....o.X.......",
            "stick": "x.....x.........",
            "snare": "........o.o.x.x.",
            "shaker": "o.g.o.g.........",
        },
        {"kick": "X.....o.X.....x.", "snare": "..........o.ooxx", "stick": "....x..........."},
        {
            "kick": "X.....o.........",
            "high-tom": "........o.o.....",
            "floor-tom": "............x.x.",
            "shaker": "o.g.o.g.........",
        },
    ),
    ornaments=(
        ("stick", 10, "g"),
        ("stick", 14, "g"),
        ("kick", 14, "o"),
        ("shaker", 15, "g"),
        ("pedal", 12, "o"),
        ("shaker", 7, "g"),
        ("snare", 14, "g"),
    ),
    crash="ride",
)

_BASS = Bass(
    player=Player("bass", "bass", 32, enters=0.3, low=28, high=50, quiet=67, loud=104),
    levels=(
        ("R-------5-------", "R-------5-----a-"),
        ("R-----5-5-------", "R-----5-5-----a-"),
        ("R-----5-5-----a-", "R-----5-5---3-a-"),
        ("R-----5-5-----r-", "R-----5-5---o-a-", "R---..o-5-----a-"),
    ),
    pickups=("R-----5-p---p-a-", "R-----5-3-5-p-a-"),
)

_GUITAR = Comp(
    player=Player("chords", "chords", 24, enters=0.0, low=40, high=79, quiet=64, loud=102),
    levels=(
        (Hands("c-----c---------", "r-------f-------"), Hands("..c---..c-------", "r-------f-------")),
        (Hands("c---..c---..c---", "r-------f-------"), Hands("..c---c---c-----", "r-------f-------")),
        (Hands("C---..c---..c---", "r-----r-f-----f-"), Hands("..c---C---c-..c-", "r-----r-f-----f-")),
        (
            Hands("C-..c-C---c-..c-", "r-----r-f-----f-"),
            Hands("..C---c-..C---c-", "r-----r-f-----f-"),
            Hands("C---c-..C-..c-c-", "r-----r-f-----f-"),
        ),
    ),
    voices=4,
    low=52,
    high=73,
    left_low=40,
    strum_ticks=3,
    colour=True,
)

_PIANO = Comp(
    player=Player("chords-2", "chords", 0, enters=0.6, low=48, high=92, quiet=54, loud=88),
    levels=(
        (Hands("............h---"), Hands("......h---......")),
        (Hands("......h-....h---"), Hands("..h-......h-....")),
        (Hands("..c-..h-....c---"), Hands("....c---..h-..c-")),
        (Hands("..C-..c---C-..c-"), Hands("C-..c---..C-c-t-"), Hands("..8-..c-..C---h-")),
    ),
    voices=4,
    low=60,
    high=81,
    colour=True,
)

_STRINGS = Pad(
    player=Player("pad", "pad", 48, enters=0.56, low=52, high=84, quiet=46, loud=82),
    levels=(
        (("c---------------", "t---------------"), ("c---------------", "t-------n-------")),
        (("c---------------", "t-----------n---"), ("c---------------", "t-------n---t---")),
        (("c---------------", "t-----n---------"), ("c-------c-------", "t---------------")),
        (("c-------c-------", "t-------n-------"), ("c---------------", "t-----------n---")),
    ),
    colour=True,
)

_FLUTE = Counter(
    player=Player("counter", "counter", 73, enters=0.5, low=60, high=91, quiet=60, loud=96),
    cells=((1, 1, 1, 1, 3), (1, 2, 1, 4), (3, 1, 2), (1, 1, 2, 3)),
)

BOSSA = Style(
    genre="bossa",
    drums=_DRUMS,
    bass=_BASS,
    comps=(_GUITAR, _PIANO),
    pad=_STRINGS,
    counter=_FLUTE,
    intro=("chords", "counter", "drums", "bass"),
    rolled_end=True,
    two_bar=True,
)
