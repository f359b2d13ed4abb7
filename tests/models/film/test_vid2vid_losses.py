from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.film.vid2vid.discriminators import CriticConfig, ImageCritic, VideoCritic, compose_flow, halve, runs_of
from models.film.vid2vid.filming import encode_labels
from models.film.vid2vid.generator import ScaleConfig, build
from models.film.vid2vid.losses import (
    critic_loss,
    feature_matching,
    flow_confidence,
    flow_loss,
    least_squares,
    temporal_loss,
    warping_loss,
    weight_loss,
)
from models.film.warping import warp


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)
    torch.manual_seed(0)


def picture(*shape):
    return torch.rand(*shape) * 2 - 1


def moved(count, step=2):
    """A film of a picture that moves `step` pixels to the right a frame, and its flow back to the frame before."""
    wide = picture(1, 3, 32, 80)
    frames = torch.stack([wide[..., 40 - step * t : 72 - step * t] for t in range(count)], 1)
    flow = torch.zeros(1, count - 1, 2, 32, 32)
    flow[:, :, 0] = -step
    return frames, flow


def test_the_critic_of_pictures_answers_at_each_scale_and_layer():
    config = CriticConfig.tiny()
    judged = ImageCritic(config)(picture(2, 4, 32, 48), picture(2, 3, 32, 48))
    assert [len(features) for features in judged] == [config.layers + 2] * 2
    assert judged[0][-1].shape[:2] == judged[1][-1].shape[:2] == (2, 1)
    assert judged[0][-1].shape[3] > judged[1][-1].shape[3]


def test_the_critic_of_films_sees_frames_at_several_steps_in_time():
    config = CriticConfig.tiny()
    critic = VideoCritic(config, scales_in_time=2)
    frames, flow = moved(8)
    for scale, runs in ((0, 6), (1, 2)):
        seen = runs_of(frames, flow, config.frames, config.frames**scale)
        assert seen is not None
        assert seen[0].shape[:2] == (runs, 3)
        assert critic(*seen, scale)[0][-1].shape[0] == runs
    assert runs_of(frames, flow, 3, 4) is None


def test_flow_over_several_frames_moves_the_first_onto_the_last():
    frames, flow = moved(4)
    whole = compose_flow([flow[:, k] for k in range(3)])
    inner = (slice(None), slice(None), slice(None), slice(8, None))
    assert torch.allclose(warp(frames[:, 0], whole)[inner], frames[:, 3][inner], atol=1e-5)
    seen = runs_of(frames, flow, 2, 3)
    assert seen is not None
    assert torch.equal(seen[1][:, 0], whole)


def test_what_the_critics_say_counts_as_the_paper_counts_it():
    ones, halves = (
        [[torch.zeros(1, 2, 4, 4), torch.ones(1, 1, 4, 4)]],
        [[torch.ones(1, 2, 4, 4), 0.5 * torch.ones(1, 1, 4, 4)]],
    )
    assert least_squares(ones, real=True) == 0
    assert least_squares(halves, real=True) == pytest.approx(0.25)
    assert critic_loss(ones, halves) == pytest.approx(0.125)
    assert feature_matching(halves, ones) == pytest.approx(4.0)
    assert feature_matching(ones, ones) == 0


def test_a_true_flow_costs_nothing_and_a_wrong_one_its_error():
    frames, flow = moved(2)
    before, after, true = frames[:, 0], frames[:, 1], flow[:, 0]
    confidence = flow_confidence(before, after, true)
    assert confidence[..., 2:].min() == 1
    assert confidence.shape == (1, 1, 32, 32)
    assert flow_loss(true + 1, true, torch.ones_like(confidence)) == pytest.approx(1.0)
    assert flow_loss(true + 1, true, torch.zeros_like(confidence)) == 0
    assert warping_loss(before, after, true, confidence) < 1e-3 < warping_loss(before, after, true + 2, confidence)
    assert flow_confidence(before, after, true + 3).mean() < 0.5


def test_painted_frames_are_drawn_to_the_moved_one_and_never_the_other_way():
    frames, flow = moved(2)
    before, after = frames[:, 0].clone().requires_grad_(), (frames[:, 1] * 0.5).requires_grad_()
    temporal_loss(before, after, flow[:, 0], torch.ones(1, 1, 32, 32)).backward()
    assert before.grad is None
    assert after.grad is not None


def test_painting_anew_costs_only_where_the_flow_can_be_trusted():
    weight, confidence = torch.ones(1, 1, 4, 4), torch.zeros(1, 1, 4, 4)
    assert weight_loss(weight, confidence) == 0
    confidence[..., :2] = 1
    assert weight_loss(weight, confidence) == pytest.approx(0.5)


def test_a_critic_learns_to_tell_one_batch_from_another():
    critic = ImageCritic(CriticConfig.tiny())
    labels, real, painted = picture(2, 4, 32, 32), picture(2, 3, 32, 32), picture(2, 3, 32, 32)
    optimiser = torch.optim.Adam(critic.parameters(), 2e-3, betas=(0.5, 0.999))
    first = last = 0.0
    for step in range(60):
        loss = critic_loss(critic(labels, real), critic(labels, painted))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        first, last = (loss.item() if step == 0 else first), loss.item()
    assert last < 0.3 * first


def test_a_halved_picture_is_the_mean_of_its_neighbourhood():
    assert halve(torch.ones(1, 2, 6, 7)).shape == (1, 2, 3, 4)
    assert torch.equal(halve(torch.ones(1, 2, 6, 7)), torch.ones(1, 2, 3, 4))


def test_painter_and_critics_learn_a_short_film_together():
    """The whole of the paper on one film: frames made from the film's own frames, both critics, flow and its mixing."""
    config = replace(ScaleConfig.tiny(), norm="instance", width=8, blocks=2)
    network, critics = build(config), CriticConfig.tiny(labels=config.labels)
    of_pictures, of_films = ImageCritic(critics), VideoCritic(critics)
    wide, regions = torch.tanh(torch.randn(1, 3, 16, 32)), torch.randint(0, 5, (16, 32))
    real = torch.stack([wide[..., t : t + 16] for t in range(5)], 1)
    labels = torch.stack([encode_labels(regions[:, t : t + 16], 5) for t in range(5)])[None]
    true, trusted = torch.ones(1, 1, 16, 16) * torch.tensor([1.0, 0.0]).view(1, 2, 1, 1), torch.ones(1, 1, 16, 16)
    painters = torch.optim.Adam(network.parameters(), 6e-4)
    judges = torch.optim.Adam([*of_pictures.parameters(), *of_films.parameters()], 1e-3, betas=(0.5, 0.999))
    losses = []
    for _ in range(14):
        film, told = [real[:, 0], real[:, 1]], []
        for t in range(2, 5):
            frame = network(labels[:, t - 2 : t + 1].flatten(1, 2), torch.cat(film[-2:], 1))
            warped = warping_loss(real[:, t - 1], real[:, t], frame.flow, trusted)
            told.append(flow_loss(frame.flow, true, trusted) + warped + weight_loss(frame.weight, trusted))
            told.append(temporal_loss(film[-1], frame.image, true, trusted) + (frame.image - real[:, t]).abs().mean())
            film.append(frame.image)
        flows = true[:, None].expand(-1, 2, -1, -1, -1)
        painted = (of_pictures(labels[:, 4], film[-1]), of_films(torch.stack(film[2:], 1), flows))
        taught = (of_pictures(labels[:, 4], real[:, 4]), of_films(real[:, 2:], flows))
        for ours, theirs in zip(painted, taught, strict=True):
            told.append(0.1 * (least_squares(ours, real=True) + feature_matching(ours, theirs)))
        painters.zero_grad()
        losses.append(torch.stack(told).sum())
        losses[-1].backward()
        painters.step()
        still = torch.stack(film[2:], 1).detach()
        judged = critic_loss(of_pictures(labels[:, 4], real[:, 4]), of_pictures(labels[:, 4], still[:, -1]))
        judged = judged + critic_loss(of_films(real[:, 2:], flows), of_films(still, flows))
        judges.zero_grad()
        judged.backward()
        judges.step()
    assert all(torch.isfinite(loss) for loss in losses)
    assert losses[-1] < 0.9 * losses[0]
    moved = {name for name, weight in network.named_parameters() if weight.grad is not None and weight.grad.any()}
    assert {name.split(".")[0] for name in moved} == {name.split(".")[0] for name in network.state_dict()}
