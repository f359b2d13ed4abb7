"""Piano ballad: a piano that carries everything, strings that swell, a cello that answers, drums that come late."""

from __future__ import annotations

from media.arrange.styles.base import Bass, Comp, Counter, Drums, Hands, Pad, Player, Style

_DRUMS = Drums(
    player=Player("drums", "drums", 0, enters=0.6, low=35, high=81, quiet=54, loud=92, loose_ticks=4),
    levels=(
        (
            {"ride": "o...o...o...o...", "stick": "........o......."},
            {"ride": "o...o...o...o.o.", "stick": "........o......."},
        ),
        (
            {"kick": "x.........o.....", "stick": "....x.......x...", "hat": "o.o.o.o.o.o.o.o."},
            {"kick": "x.......x.......", "stick": "....x.......x..o", "hat": "o.o.o.o.o.o.o.o."},
        ),
        (
            {"kick": "X.........x.....", "stick": "....X.......X...", "hat": "x.o.x.o.x.o.x.o."},
            {"kick": "X.......x.x.....", "stick": "....X.......X...", "hat": "x.o.x.o.x.o.x.oo"},
        ),
        (
            {"kick": "X.........X.x...", "snare": "....X.......X...", "ride": "X.x.X.x.X.x.X.x."},
            {"kick": "X.....x...X.....", "snare": "....X..g....X...", "ride": "X.x.X.x.X.x.X.x."},
        ),
    ),
    fills=(
        {"snare": "........g.oox.xX", "kick": "X.......x......."},
        {
            "snare": "............oxxX",
            "low-tom": "..........x.....",
            "high-tom": "........x.......",
            "kick": "X.......",
        },
        {"snare": "............x.xx", "floor-tom": "..............x.", "kick": "X.......x......."},
    ),
    ornaments=(("snare", 7, "g"), ("snare", 9, "g"), ("hat", 15, "o"), ("kick", 6, "o"), ("pedal", 4, "o")),
)

_BASS = Bass(
    player=Player("bass", "bass", 32, enters=0.32, low=28, high=50, quiet=64, loud=104),
    levels=(
        ("R---------------", "R-----------5---"),
        ("R-------5-------", "R-----------a---"),
        ("R-----r-5-------", "R-------R---5-a-"),
        ("R-----r-R---5-a-", "R-----r-o---5-p-", "R---r-R-5---R-a-"),
    ),
    pickups=("R-------5---p-a-", "R-------R-p-p-a-"),
)

_PIANO = Comp(
    player=Player("chords", "chords", 0, enters=0.0, low=28, high=96, quiet=64, loud=106),
    levels=(
        (
            Hands("C-------c-------", "r---------------"),
            Hands("..1-2-3-t---2---", "r---------------"),
            Hands("C---....1-2-3---", "r-------f-------"),
        ),
        (
            Hands("..1-2-3-..1-2-t-", "r-------f-------"),
            Hands("C---h---c---h---", "r-f-o---r-f-o---"),
            Hands("....c---h---c---", "r-------o---f---"),
        ),
        (
            Hands("C-h-c-h-C-h-c-h-", "O-------r---f---"),
            Hands("C---h-c---c-h-c-", "O-----r-f---o---"),
            Hands("C-2-3-h-c-2-3-h-", "r-f-o-f-r-f-o-f-"),
        ),
        (
            Hands("8-c-C-c-8-c-C-c-", "O-----r-O---r-f-"),
            Hands("8---C-c-8-c-C-c-", "O---r-f-O---O---"),
            Hands("8-C-c-8---C-8-c-", "O-----O-O-f-o-f-"),
        ),
    ),
    voices=4,
    low=55,
    high=76,
    left_low=36,
)

_STRINGS = Pad(
    player=Player("pad", "pad", 48, enters=0.5, low=48, high=86, quiet=56, loud=98),
    levels=(
        (("c---------------", "t---------------"), ("c---------------", "t-------n-------")),
        (("c---------------", "t-----------n---"), ("c---------------", "t-------t-------")),
        (("c-------c-------", "t-------n-------"), ("c---------------", "t-----------n---")),
        (("c-------c-------", "t-------n---t---"), ("c-------c-------", "t---------------")),
    ),
)

_CELLO = Counter(
    player=Player("counter", "counter", 42, enters=0.55, low=43, high=69, quiet=66, loud=104),
    cells=((1, 1, 2, 4), (2, 2, 4), (3, 1, 4), (1, 1, 1, 1, 4)),
)

PIANO_BALLAD = Style(
    genre="piano-ballad",
    drums=_DRUMS,
    bass=_BASS,
    comps=(_PIANO,),
    pad=_STRINGS,
    counter=_CELLO,
    intro=("chords", "pad", "bass"),
    rolled_end=True,
    keys_hook=True,
    pianist=True,
)
