"""Rock: backbeat drums, picked bass, palm-muted then open power chords, a clean guitar, organ and a lead guitar."""

from __future__ import annotations

from media.arrange.styles.base import Bass, Comp, Counter, Drums, Hands, Pad, Player, Style

_DRUMS = Drums(
    player=Player("drums", "drums", 0, enters=0.32, low=35, high=81, quiet=72, loud=116, loose_ticks=4),
    levels=(
        (
            {"kick": "x.......x.......", "hat": "o...o...o...o...", "stick": "....o.......o..."},
            {"kick": "x.......x.o.....", "hat": "o...o...o...o.o.", "stick": "....o.......o..."},
        ),
        (
            {"kick": "X.......x.x.....", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
            {"kick": "X.....x...x.....", "snare": "....x..g.g..x...", "hat": "x.o.x.o.x.o.x.o."},
        ),
        (
            {"kick": "X.....x.X.x.....", "snare": "....X.......X...", "hat": "X.x.X.x.X.x.X.x."},
            {
                "kick": "X..x....X.x.....",
                "snare": "....X..g....X..g",
                "hat": "X.x.X.x.X.x.X...",
                "open": "..............x.",
            },
        ),
        (
            {"kick": "X.....X.X.x.....", "snare": "....X.......X...", "ride": "X.x.X.x.X.x.X.x."},
            {
                "kick": "X.x...X...X.x...",
                "snare": "....X.......X..x",
                "crash": "X...............",
                "ride": "..x.X.x.X.x.X.x.",
            },
            {"kick": "X.....X.X...x.x.", "snare": "....X.......X...", "open": "X...X...X...X..."},
        ),
    ),
    fills=(
        {
            "snare": "....X...xxxx....",
            "high-tom": "............xx..",
            "floor-tom": "..............XX",
            "kick": "X.....X.x.......",
        },
        {
            "high-tom": "........xxx.....",
            "mid-tom": "...........xx...",
            "floor-tom": ".............xXX",
            "snare": "....X...........",
            "kick": "X.....X.........",
        },
        {"snare": "....X....x.xx.XX", "kick": "X.....X.X.x..x.."},
    ),
    ornaments=(
        ("kick", 14, "o"),
        ("kick", 3, "o"),
        ("snare", 9, "g"),
        ("snare", 15, "g"),
        ("open", 14, "o"),
        ("kick", 7, "x"),
    ),
)

_BASS = Bass(
    player=Player("bass", "bass", 34, enters=0.3, low=28, high=50, quiet=74, loud=112, loose_ticks=5),
    levels=(
        ("R---------------", "R-------R---a---"),
        ("R-r-r-r-R-r-r-r-", "R---r-r-R---r-a-"),
        ("R-r-r-r-R-r-5-a-", "R-r-R-r-r-R-r-a-"),
        ("R-r-R-r-R-r-5-a-", "R-R-r-o-R-r-5-p-", "R-r-R-5-o-5-R-a-"),
    ),
    pickups=("R-r-R-r-p-p-p-a-", "R-r-5-5-p-p-a-a-"),
)

_RHYTHM = Comp(
    player=Player("chords", "chords", 29, enters=0.3, low=40, high=76, quiet=63, loud=100, loose_ticks=6),
    levels=(
        (Hands("P---------------"), Hands("P-----------p---")),
        (Hands("q.q.q.q.q.q.q.q."), Hands("q.q.q.q.P---q.q."), Hands("q.qqq.q.q.qqq.p-")),
        (Hands("P---q.q.P---q.q."), Hands("P-q.q.P-q.q.P-p-"), Hands("P---q.p-q.q.P---")),
        (Hands("P-----P-p-p-P-p-"), Hands("P-p-P-p-P-p-P-p-"), Hands("P---P-p---P-P-p-")),
    ),
    voices=3,
    low=40,
    high=59,
    strum_ticks=5,
)

_CLEAN = Comp(
    player=Player("chords-2", "chords", 27, enters=0.0, low=40, high=81, quiet=60, loud=92, loose_ticks=7),
    levels=(
        (Hands("0-1-2-3-2-1-2-1-"), Hands("0-2-1-3-0-2-3-2-"), Hands("D-------2-3-2-1-")),
        (Hands("0-2-3-2-1-2-3-2-"), Hands("0-1-2-3-t-2-1-2-"), Hands("D---....D-U-....")),
        (Hands("..h-..h-..h-..h-"), Hands("....D-......D-U-"), Hands("0-2-3-2-h-2-3-2-")),
        (Hands("D---D-U---U-D-U-"), Hands("D-U-D-U-D-UUD-U-"), Hands("h-3-h-3-h-3-h-2-")),
    ),
    voices=4,
    low=55,
    high=76,
    strum_ticks=8,
)

_ORGAN = Pad(
    player=Player("pad", "pad", 18, enters=0.56, low=48, high=84, quiet=48, loud=84),
    levels=(
        (("c---------------", "t---------------"), ("c---------------", "t-------n-------")),
        (("c---------------", "t-----------n---"), ("c-------c-------", "t---------------")),
        (("c-------c-------", "t-------n---t---"), ("c-----c-----c---", "t-----------n---")),
        (("c-----c-c-------", "t---------------"), ("c-------c---c---", "t---n---t---n-t-")),
    ),
)

_LEAD = Counter(
    player=Player("counter", "counter", 30, enters=0.6, low=52, high=86, quiet=56, loud=88),
    cells=((1, 1, 2, 4), (2, 1, 1, 4), (1, 1, 1, 1, 1, 3), (3, 1, 4)),
)

ROCK = Style(
    genre="rock",
    drums=_DRUMS,
    bass=_BASS,
    comps=(_RHYTHM, _CLEAN),
    pad=_ORGAN,
    counter=_LEAD,
    intro=("chords-2", "counter", "drums", "bass", "chords"),
)
