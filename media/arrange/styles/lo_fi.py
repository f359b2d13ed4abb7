"""Lo-fi: a lazy beat, electric piano with sevenths, a round bass, a hazy pad and a vibraphone."""

from __future__ import annotations

from media.arrange.styles.base import Bass, Comp, Counter, Drums, Hands, Pad, Player, Style

_DRUMS = Drums(
    player=Player("drums", "drums", 0, enters=0.33, low=35, high=81, quiet=60, loud=100, loose_ticks=7),
    levels=(
        (
            {"kick": "x.........o.....", "stick": "....o.......o...", "hat": "o...o...o...o..."},
            {"kick": "x..o......o.....", "stick": "....o.......o...", "hat": "o...o...o...o.g."},
        ),
        (
            {"kick": "X.........x.....", "stick": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
            {"kick": "X......o..x.....", "stick": "....x.......x..o", "hat": "x.o.x.o.x.ogx.o."},
        ),
        (
            {"kick": "X......x..x.....", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
            {"kick": "X..x......x..o..", "snare": "....x..g....x...", "hat": "x.o.x.ogx.o.x.o."},
        ),
        (
            {
                "kick": "X......x..X...o.",
                "snare": "....X....g..X...",
                "hat": "x.ogx.o.x.ogx.og",
                "tamb": "....o.......o...",
            },
            {
                "kick": "X..x....x.X.....",
                "snare": "....X..g....X..g",
                "hat": "xgo.xgo.xgo.x...",
                "open": "..............o.",
                "tamb": "....o.......o...",
            },
            {
                "kick": "X......x.xX.....",
                "snare": "....X..g.g..X...",
                "hat": "x.o.x.ogx.o.x.og",
                "tamb": "..o.x.o...o.x.o.",
            },
        ),
    ),
    fills=(
        {"kick": "X.....x.........", "snare": "....x...g.g.x.xx", "hat": "x.o.x.o........."},
        {"kick": "X......x..x.....", "snare": "....x.......gxgX", "hat": "x.o.x.o.x.o....."},
        {
            "kick": "X...............",
            "snare": "....x......x..x.",
            "stick": "........o.o..o.o",
            "hat": "x.o.x...........",
        },
    ),
    ornaments=(
        ("kick", 7, "o"),
        ("snare", 9, "g"),
        ("hat", 11, "g"),
        ("hat", 15, "g"),
        ("open", 14, "g"),
        ("kick", 13, "o"),
        ("stick", 14, "g"),
    ),
)

_BASS = Bass(
    player=Player("bass", "bass", 33, enters=0.3, low=28, high=50, quiet=70, loud=106),
    levels=(
        ("R-------........", "R---------..5---"),
        ("R-----r-....a-..", "R-------5-----a-", "R-----....r-5---"),
        ("R-----r-..5---a-", "R--r----5---p-a-"),
        ("R--r..r-5-..r-a-", "R-----o-5-3-p-a-", "R--r--R-..5-o-a-"),
    ),
    pickups=("R-----5---p-p-a-", "R-------3-5-p-a-"),
)

_RHODES = Comp(
    player=Player("chords", "chords", 4, enters=0.0, low=36, high=88, quiet=64, loud=104, loose_ticks=10),
    levels=(
        (Hands("c-----------....", "r---------------"), Hands("c-------..h-----", "r---------------")),
        (Hands("c-----c---------"), Hands("..c---....c---t-"), Hands("c-------..c-h---")),
        (Hands("C-----c-..c---h-"), Hands("..C---c---..c---"), Hands("C--c--..c---t-h-")),
        (
            Hands("C-----c-..C-c-h-", "r-------f-------"),
            Hands("C--c--c-h-C---c-", "r-----r-f-------"),
            Hands("8---..C---c-C-t-", "r-------o-------"),
        ),
    ),
    voices=4,
    low=53,
    high=74,
    left_low=36,
    strum_ticks=6,
    colour=True,
)

_HAZE = Pad(
    player=Player("pad", "pad", 89, enters=0.5, low=48, high=84, quiet=49, loud=86),
    levels=(
        (("c---------------", "t---------------"), ("c---------------", "t-----------n---")),
        (("c---------------", "t-------n-------"), ("c-------c-------", "t---------------")),
        (("c---------------", "t---n---t-------"), ("c-------c-------", "t-------n---t---")),
        (("c-------c-------", "t-------n-------"), ("c-----c---------", "t-----n-t---n---")),
    ),
    colour=True,
)

_VIBES = Counter(
    player=Player("counter", "counter", 11, enters=0.48, low=60, high=89, quiet=64, loud=104, loose_ticks=10),
    cells=((1, 2, 1, 4), (1, 1, 2, 2), (3, 3, 2), (2, 1, 3)),
)

LO_FI = Style(
    genre="lo-fi",
    drums=_DRUMS,
    bass=_BASS,
    comps=(_RHODES,),
    pad=_HAZE,
    counter=_VIBES,
    intro=("chords", "counter", "pad", "drums"),
    rolled_end=True,
    pianist=True,
)
