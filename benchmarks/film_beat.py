"""Whether a film moves with its song: motion from frame to frame, against the song's hits and against shuffled ones.

`python -m benchmarks.film_beat [--genres synth-pop folk …] [--seconds 40] [--shuffles 20]`

A song is arranged and directed, and its frames are drawn small, seen through the camera and graded, as every style
paints them; no network is used. The motion of a frame is the mean absolute difference to the one before. It is
correlated with the song's onsets as the film saw them, and with the onsets of the same song with its beats in another
order (the mean over the shuffles, and the largest of them). Of both, the mean of their shot is taken away: that loud
sections move more is not what is asked. Frames at cuts, dissolves and dips are left out: a cut on a bar line would
agree with any song of that tempo. `deaf` is the same storyboard filmed without the pulse.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from media.arrange.arrange import arrange_score
from media.film.directing.directing import direct_film
from media.film.directing.facts import FilmFacts
from media.film.grading import grade_at
from media.film.pulse import Pulse, frame_at, pulse_of
from media.film.stage import ShotStage
from schemas.film import Storyboard
from schemas.picture import Paint, Treatment
from schemas.plan import Genre
from tests.media.arrange.songs import GENRES, lead_of, plan_of

_SIZE = (128, 72)
_FPS = 24


def facts_of(genre: Genre, seconds: float, seed: int) -> FilmFacts:
    """What a director is told of a song of so many seconds; nobody sings it."""
    plan = plan_of("iVCVCo", genre)
    lead = lead_of(plan)
    paint = Paint(look="none", credit="drawn, not painted")
    return FilmFacts(
        plan=plan,
        score=arrange_score(lead, plan, seed=seed),
        lead=lead,
        syllables=(),
        duration_s=seconds,
        fps=_FPS,
        title="A light",
        artist="The Larks",
        seed=seed,
        treatment=Treatment(above=paint, below=paint, subject=paint, strength=0.5),
    )


def motion_of(board: Storyboard, pulse: Pulse | None) -> tuple[np.ndarray, np.ndarray]:
    """Motion of every frame of a film, and whether it counts: not at the first of a shot or in a transition."""
    motion, counts = np.zeros(board.frames), np.zeros(board.frames, bool)
    for number, shot in enumerate(board.shots):
        stage = ShotStage(board.scenes[shot.scene], shot, pulse, board.fps, _SIZE)
        before = None
        for frame in range(shot.first_frame, shot.end_frame):
            grade = grade_at(board, number, frame, pulse)
            drawing = stage.at(frame).drawing.reshape(3, -1)
            picture = grade.matrix[:, :3] @ drawing + grade.matrix[:, 3:]
            if before is not None:
                motion[frame] = np.abs(picture - before).mean()
                counts[frame] = frame - shot.first_frame > shot.transition_frames and grade.dark == 0
            before = picture
    return motion, counts


def agreement(board: Storyboard, motion: np.ndarray, onset: np.ndarray, counts: np.ndarray) -> float:
    """The correlation of motion and onsets over the frames that count, each less its mean in its shot."""
    pairs = []
    for shot in board.shots:
        inside = np.flatnonzero(counts[shot.first_frame : shot.end_frame]) + shot.first_frame
        if len(inside):
            pairs.append(np.stack((motion[inside] - motion[inside].mean(), onset[inside] - onset[inside].mean())))
    return float(np.corrcoef(np.concatenate(pairs, 1))[0, 1])


def shuffled(onset: np.ndarray, bar_s: float, rng: np.random.Generator) -> np.ndarray:
    """The onsets with the song's beats in another order, each beat whole."""
    edges = [frame_at(number * bar_s / 4, _FPS) for number in range(int(len(onset) / _FPS / bar_s * 4) + 2)]
    parts = [onset[first:end] for first, end in zip(edges, edges[1:], strict=False) if first < len(onset)]
    return np.concatenate([parts[at] for at in rng.permutation(len(parts))])[: len(onset)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--genres", nargs="+", choices=GENRES, default=["synth-pop", "folk", "piano-ballad"])
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--shuffles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    print(f"{'song':<14}{'frames':>7}{'its own':>9}{'shuffled':>10}{'(largest)':>11}{'deaf':>8}{'CPU s':>8}")
    for genre in args.genres:
        began = time.process_time()
        facts = facts_of(genre, args.seconds, args.seed)
        board = direct_film(facts)
        pulse = pulse_of(facts.score, (), fps=_FPS, frames=board.frames)
        motion, counts = motion_of(board, pulse)
        deaf, _ = motion_of(board, None)
        rng = np.random.default_rng(args.seed)
        own = agreement(board, motion, pulse.onset, counts)
        without = agreement(board, deaf, pulse.onset, counts)
        others = [
            agreement(board, motion, shuffled(pulse.onset, facts.bar_s, rng), counts) for _ in range(args.shuffles)
        ]
        print(
            f"{genre:<14}{int(counts.sum()):>7}{own:>9.2f}{np.mean(others):>10.2f}{max(others):>11.2f}"
            f"{without:>8.2f}{time.process_time() - began:>8.1f}"
        )


if __name__ == "__main__":
    main()
