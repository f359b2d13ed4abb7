"""Synth-pop: four-on-the-floor, octave bass, off-beat chords, an arpeggiator, a warm pad and a square lead."""

from __future__ import annotations

from media.arrange.styles.base import Bass, Comp, Counter, Drums, Hands, Pad, Player, Style

_DRUMS = Drums(
    player=Player("drums", "drums", 0, enters=0.34, low=35, high=81, quiet=68, loud=112, loose_ticks=2),
    levels=(
        (
            {"kick": "X.......x.......", "hat": "..o...o...o...o."},
            {"kick": "X.......x.......", "hat": "..o...o...o...oo"},
        ),
        (
            {"kick": "X.......X.......", "clap": "....o.......o...", "hat": "x.o.x.o.x.o.x.o."},
            {"kick": "X.......X.x.....", "clap": "....o.......o...", "hat": "x.o.x.o.x.o.x.oo"},
        ),
        (
            {"kick": "X...X...X...X...", "snare": "....x.......x...", "hat": "xgogxgogxgogxgog"},
            {
                "kick": "X...X...X...X.x.",
                "snare": "....x.......x...",
                "hat": "xgogxgogxgogxgo.",
                "open": "..............o.",
            },
        ),
        (
            {
                "kick": "X...X...X...X...",
                "snare": "....X.......X...",
                "clap": "....x.......x...",
                "hat": "x.ogx.ogx.ogx.og",
                "open": "..x...x...x...x.",
            },
            {
                "kick": "X...X...X.x.X...",
                "snare": "....X.......X..o",
                "clap": "....x.......x...",
                "hat": "xxogxxogxxogxxog",
                "open": "..x...x...x...x.",
            },
        ),
    ),
    fills=(
        {"snare": "o.o.o.o.xoxoXXXX", "kick": "X...X...X...X..."},
        {
            "high-tom": "........x.x.....",
            "mid-tom": "..........xx....",
            "floor-tom": "............xxXX",
            "kick": "X...X...X.......",
        },
        {"snare": "........x..x..xX", "clap": "........x..x..x.", "kick": "X...X..........."},
    ),
    ornaments=(
        ("kick", 14, "o"),
        ("kick", 7, "o"),
        ("clap", 15, "o"),
        ("open", 14, "o"),
        ("snare", 11, "g"),
        ("tamb", 6, "o"),
    ),
)

_BASS = Bass(
    player=Player("bass", "bass", 38, enters=0.3, low=28, high=52, quiet=70, loud=108, loose_ticks=4),
    levels=(
        ("R---------------", "R-----------r---"),
        ("R-..r-..R-..r-a-", "R-----r-R-----a-"),
        ("R-r-r-r-R-r-r-r-", "R-r-R-r-r-R-r-a-"),
        ("R-o-r-o-R-o-r-o-", "R-o-R-o-r-o-5-a-", "R.ro.rR.o.ro.roa"),
    ),
    pickups=("R-r-R-r-p-p-a-a-", "R-o-R-o-5-5-p-a-"),
)

_STABS = Comp(
    player=Player("chords", "chords", 90, enters=0.0, low=48, high=88, quiet=60, loud=98, loose_ticks=5),
    levels=(
        (Hands("c---------------"), Hands("c-----------h---")),
        (Hands("c-----c---------"), Hands("..c-..c-..c-..c-"), Hands("c-----c-----c---")),
        (Hands("C--c--c-C--c--c-"), Hands("C-..c-..C-..c-c-"), Hands("C--c--c---c-c---")),
        (Hands("8--C--c-8--C--c-"), Hands("8--C--c-C-c-8-c-"), Hands("8-c-C--c--C-c-c-")),
    ),
    low=55,
    high=77,
)

_ARPEGGIO = Comp(
    player=Player("chords-2", "chords", 81, enters=0.58, low=55, high=91, quiet=47, loud=80, loose_ticks=3),
    levels=(
        (Hands("0-1-2-3-2-1-0-1-"), Hands("3-2-1-0-1-2-3-2-")),
        (Hands("0.1.2.3.2.1.2.3."), Hands("0.2.1.3.0.2.1.3.")),
        (Hands("0.1.2.3.0123321."), Hands("0123..1.0123..2.")),
        (Hands("0123212301232321"), Hands("0213021302130231"), Hands("3210321032103123")),
    ),
    low=64,
    high=86,
)

_WARM = Pad(
    player=Player("pad", "pad", 89, enters=0.45, low=48, high=84, quiet=54, loud=94, loose_ticks=4),
    levels=(
        (("c---------------", "t---------------"), ("c---------------", "t-------n-------")),
        (("c---------------", "t---------------"), ("c-------c-------", "t-----------n---")),
        (("c-------c-------", "t---------------"), ("c-------c-------", "t---n---t-------")),
        (("c---c---c---c---", "t---------------"), ("c-----c-----c---", "t-----n-----t---")),
    ),
)

_LEAD = Counter(
    player=Player("counter", "counter", 80, enters=0.5, low=60, high=91, quiet=50, loud=80, loose_ticks=4),
    cells=((1, 1, 1, 1, 2), (1, 2, 1, 4), (3, 3, 2), (1, 1, 2, 1, 3)),
)

SYNTH_POP = Style(
    genre="synth-pop",
    drums=_DRUMS,
    bass=_BASS,
    comps=(_STABS, _ARPEGGIO),
    pad=_WARM,
    counter=_LEAD,
    intro=("chords", "counter", "drums", "bass"),
)
