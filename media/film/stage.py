"""The frames of a shot before they are painted: what is drawn, what is where, and how everything moves.

The scene is drawn as a whole and looked at through the camera. Between two frames of a shot three things move a pixel:
the camera, the layer it shows (by how far the layer went, where that can be told), and what the layer does by itself:
waves, leaves, flames. The first two are the true flow given here; the third is left to the painting network.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.film.camera import PARALLAX, Look, flow_between, scene_time, soft_depth, view_at, view_map
from media.film.details import after_of, falling_of, over
from media.film.motion import Moment, moved
from media.film.pulse import Floats, Pulse
from media.film.resampling import blurred, seen, seen_nearest
from media.film.texture import textured
from media.scenes.drawing import draw_scene
from media.scenes.layers import DrawnScene
from schemas.errors import MediaError
from schemas.film import Shot
from schemas.scene import LABELS, Scene

MOST_OVERLAP = 240
"""Frames that a shot goes on for after its end, for the next one to dissolve from."""

_KEPT = 3
_LIGHT_LABELS = ("disc", "star", "window", "fire")
_LIGHTS_SOFT = 0.012
_SAME_DEPTH = 0.12
_REGIONS = ("above", "below", "subject")


@dataclass(frozen=True)
class StagedFrame:
    """A frame before it is painted, seen through the camera.

    Attributes:
        frame: its number in the film.
        look: where the camera looks.
        drawing: what the painter is given, without what is drawn after. Shapes: [3, H, W] of 0-1.
        labels: number of each pixel's label (`schemas.scene.LABELS`). Shapes: [H, W].
        regions: how much of each pixel takes the paint of the sky, the ground, the subject. Shapes: [3, H, W] of 0-1.
        light: what is drawn after painting, already times its own mask; None where nothing is. Shapes: [3, H, W].
        veil: how much of the painting that hides: a frame is `painted * (1 - veil) + light`. Shapes: [H, W].
        depth: 0 at the horizon to 1 at the eye. Shapes: [H, W].
        solid: labels of what is painted alone: rain does not hide what it falls before. Shapes: [H, W].
    """

    frame: int
    look: Look
    drawing: Floats
    labels: NDArray[np.uint8]
    regions: Floats
    light: Floats | None
    veil: Floats | None
    depth: Floats
    solid: NDArray[np.uint8]


class ShotStage:
    """Draws the frames of one shot, in any order; the last few are kept."""

    def __init__(
        self,
        scene: Scene,
        shot: Shot,
        pulse: Pulse | None,
        fps: int,
        size_px: tuple[int, int],
        *,
        parallax: float = PARALLAX,
        drawn_px: tuple[int, int] | None = None,
    ) -> None:
        """Prepare a shot: one drawing is made, whose depth the camera keeps to.

        Args:
            scene: what is seen.
            shot: how.
            pulse: what the camera answers to; None for its bare move.
            fps: frames a second.
            size_px: width and height of the frames.
            parallax: how much less the horizon moves than what is near, 0 to 1.
            drawn_px: width and height at which the scene is drawn; None for the frames' own. Larger is sharper where
                the camera comes close; smaller is quicker where frames are made from a painted still.

        Raises:
            MediaError: a size is out of its bounds.
        """
        self.scene, self.shot, self.pulse, self.fps = scene, shot, pulse, fps
        self.width_px, self.height_px = size_px
        self._source_px = drawn_px or size_px
        self._parallax = parallax
        self._drawn: OrderedDict[int, Moment] = OrderedDict()
        self._staged: OrderedDict[int, StagedFrame] = OrderedDict()
        self._steps: OrderedDict[tuple[int, int], Floats | None] = OrderedDict()
        first = self._draw(shot.first_frame)
        self.depth = soft_depth(first.depths[first.top])
        """The depth that the camera keeps to through the whole shot. Shapes: [h, w] of 0-1."""
        self.lights = _lights(first.scene)
        """What gives light of its own, soft: it can breathe with the music. Shapes: [h, w] of 0-1, as drawn."""

    def look(self, frame: int) -> Look:
        """Where the camera looks at a frame of the film."""
        return view_at(self.shot, frame, self.pulse, self.fps)

    def map(self, frame: int, source_px: tuple[int, int]) -> Floats:
        """Where in a picture of the scene, so wide and high, each pixel of a frame is seen: x then y, in its pixels.

        The picture may be a painting of the scene at any size; a frame of a still is that picture at these places.
        Shapes: [2, H, W].
        """
        return view_map(self.look(frame), self.depth, self.width_px, self.height_px, *source_px, self._parallax)

    def at(self, frame: int) -> StagedFrame:
        """A frame of the film that is in this shot.

        Raises:
            MediaError: it is not.
        """
        self._check(frame)
        if frame not in self._staged:
            self._staged[frame] = self._stage(frame)
            while len(self._staged) > _KEPT:
                self._staged.popitem(last=False)
        return self._staged[frame]

    def details_at(self, frame: int) -> tuple[Floats, Floats] | None:
        """What is drawn over a painting at a frame, at the size that scenes are drawn at, seen through the camera.

        Light, already times its own mask, and how much of the painting it hides; None where nothing is drawn after.
        Shapes: -> [3, h, w], [h, w].

        Raises:
            MediaError: the frame is not in this shot.
        """
        return self._seen_details(self.details_drawn(frame, frame, frame), frame)

    def details_between(self, frame_a: int, frame: int, frame_b: int) -> tuple[Floats, Floats] | None:
        """The same for a frame that is not drawn, between two that are.

        Rain and snow are drawn for it, since they fall farther in a frame than a drop is long; all else is what the
        two frames have, in the shares of its place between them.

        Raises:
            MediaError: a frame is not in this shot, or they are not in order.
        """
        self._share(frame_a, frame, frame_b)
        return self._seen_details(self.details_drawn(frame_a, frame, frame_b), frame)

    def details_drawn(self, frame_a: int, frame: int, frame_b: int) -> Floats | None:
        """What `details_between` shows before the camera looks at it; a frame that is drawn is its own a and b.

        Shapes: -> [4, h, w] at the size that scenes are drawn at, the veil last.

        Raises:
            MediaError: a frame is not in this shot, or they are not in order.
        """
        if frame_a == frame:
            return after_of(self._draw(frame).scene)
        share = self._share(frame_a, frame, frame_b)
        one, other = (self._draw(number).scene for number in (frame_a, frame_b))
        falling = falling_of(self.scene, one, scene_time(self.shot, frame, self.fps))
        before, after = (after_of(scene, less_falling=falling is not None) for scene in (one, other))
        if before is None or after is None:
            return over(falling, before if after is None else after)
        return over(falling, before + np.float32(share) * (after - before))

    def _seen_details(self, details: Floats | None, frame: int) -> tuple[Floats, Floats] | None:
        if details is None:
            return None
        width, height = self._source_px
        through = seen(details, view_map(self.look(frame), self.depth, width, height, width, height, self._parallax))
        return through[:3], through[3]

    def flow(self, frame_a: int, frame_b: int) -> tuple[Floats, NDArray[np.bool_]]:
        """The true backward flow from frame b to frame a, and where it can be trusted; both are drawn.

        `warp(painted_a, flow)` is what is known of frame b. It is not to be trusted where a shows something else, or
        did not see the place at all.

        Shapes: -> [2, H, W] in pixels, [H, W].

        Raises:
            MediaError: a frame is not in this shot.
        """
        flow = self._flow(frame_a, frame_b, frame_b, frame_a, 1.0)
        one, other = self.at(frame_a), self.at(frame_b)
        where = flow + _pixels_of(self.width_px, self.height_px)
        inside = (where[0] >= -0.5) & (where[0] <= self.width_px - 0.5)
        inside &= (where[1] >= -0.5) & (where[1] <= self.height_px - 0.5)
        was_depth = seen_nearest(one.depth[None], where)[0]
        was_label = seen_nearest(one.solid[None], where)[0]
        same = (was_label == other.solid) & (np.abs(was_depth - other.depth) < _SAME_DEPTH)
        return flow, inside & same

    def between(self, frame_a: int, frame: int, frame_b: int) -> tuple[Floats, Floats]:
        """The backward flows of a frame that is not drawn: to the drawn frame before it and to the one after.

        Shapes: -> [2, H, W], [2, H, W] in pixels.

        Raises:
            MediaError: a frame is not in this shot, or they are not in order.
        """
        share = self._share(frame_a, frame, frame_b)
        return (
            self._flow(frame_a, frame, frame_a, frame_b, -share),
            self._flow(frame_b, frame, frame_b, frame_a, share - 1),
        )

    def _flow(self, frame_a: int, frame: int, drawn: int, other: int, share: float) -> Floats:
        """Flow from `frame` to `frame_a`, by a share of how far the layers drawn in one frame moved since another."""
        steps = self._moved(drawn, other)
        return flow_between(
            self.look(frame_a),
            self.look(frame),
            self.width_px,
            self.height_px,
            depth=self.depth,
            moved=None if steps is None else np.float32(share) * steps,
            parallax=self._parallax,
        )

    def _share(self, frame_a: int, frame: int, frame_b: int) -> float:
        if not frame_a <= frame <= frame_b or frame_a == frame_b:
            raise MediaError(f"frame {frame} is not between {frame_a} and {frame_b}: give frames in order")
        self._check(frame)
        return (frame - frame_a) / (frame_b - frame_a)

    def _moved(self, drawn: int, other: int) -> Floats | None:
        if (drawn, other) not in self._steps:
            here, there = self._draw(drawn), self._draw(other)
            self._steps[drawn, other] = textured(here, there, moved(here, there))
            while len(self._steps) > _KEPT:
                self._steps.popitem(last=False)
        return self._steps[drawn, other]

    def _check(self, frame: int) -> None:
        if not self.shot.first_frame <= frame < self.shot.end_frame + MOST_OVERLAP:
            span = f"{self.shot.first_frame} to {self.shot.end_frame - 1}, and {MOST_OVERLAP} beyond to dissolve from"
            raise MediaError(f"frame {frame} is not in this shot: it has frames {span}")

    def _draw(self, frame: int) -> Moment:
        if frame not in self._drawn:
            self._check(frame)
            t_s = scene_time(self.shot, frame, self.fps)
            scene = draw_scene(self.scene, *self._source_px, t_s=t_s)
            self._drawn[frame] = Moment.of(scene, t_s)
            while len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
        return self._drawn[frame]

    def _stage(self, frame: int) -> StagedFrame:
        drawn = self._draw(frame)
        scene = drawn.scene
        where = self.map(frame, self._source_px)
        planes = [scene.underpainting.transpose(2, 0, 1), np.stack([scene.region(one) for one in _REGIONS])]  # type: ignore[arg-type]
        after = after_of(scene)
        top = seen_nearest(drawn.top[None], where)[0]
        solid = np.array([LABELS.index(layer.label) for layer in scene.layers], np.uint8)
        through = seen(np.concatenate([*planes, after] if after is not None else planes), where)
        return StagedFrame(
            frame=frame,
            look=self.look(frame),
            drawing=np.clip(through[:3], 0.0, 1.0),
            labels=seen_nearest(scene.labels[None], where)[0],
            regions=through[3:6],
            light=None if after is None else through[6:9],
            veil=None if after is None else through[9],
            depth=drawn.depths[top],
            solid=solid[top],
        )


def _lights(scene: DrawnScene) -> Floats:
    """How much each pixel is of something that shines, and a little of what is near it. Shapes: [H, W]."""
    found = np.zeros((scene.height_px, scene.width_px), np.float32)
    for layer in scene.layers:
        part = found[layer.box]
        part += (float(layer.label in _LIGHT_LABELS) - part) * layer.mask
    reach = max(1, round(_LIGHTS_SOFT * min(found.shape)))
    for _ in range(2):
        found = blurred(blurred(found, reach).T, reach).T
    return np.ascontiguousarray(found)


def _pixels_of(width: int, height: int) -> Floats:
    rows, columns = np.mgrid[:height, :width]
    return np.stack((columns, rows)).astype(np.float32)
