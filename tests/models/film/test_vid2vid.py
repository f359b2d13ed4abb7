from __future__ import annotations

import gc
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from models.checkpoints.inspecting import inspect_checkpoint
from models.film.vid2vid.filming import Vid2VidFilm, encode_labels, region_edges
from models.film.vid2vid.generator import ScaleConfig, build
from models.film.vid2vid.loading import load_vid2vid
from models.film.vid2vid.losses import flow_loss
from models.film.vid2vid.pyramid import Vid2Vid, pyramid
from models.film.warping import warp
from schemas.errors import CheckpointError
from tests.corpora import corpus_file

TINY = ScaleConfig.tiny()
SHAPES = {
    "batch": (TINY,),
    "instance": (replace(TINY, norm="instance"),),
    "instance with statistics": (replace(TINY, norm="tracked"), replace(TINY, norm="tracked").finer(2)),
    "no flow": (replace(TINY, flow=False), replace(TINY, flow=False).finer(1)),
    "one halving, one block": (replace(TINY, downsamplings=1, blocks=1, width=6),),
    "three halvings, even blocks": (replace(TINY, downsamplings=3, blocks=2, norm="instance"),),
    "three scales": (replace(TINY, width=8), replace(TINY, width=8).finer(2), replace(TINY, width=8).finer(2).finer(1)),
    "a foreground": (replace(TINY, foreground_width=4), replace(TINY, foreground_width=4).finer(1)),
    "two frames of grey": (replace(TINY, frames=2, image_channels=1),),
    "no blocks in the finer scale": (TINY, TINY.finer(0)),
    "no blocks at all": (replace(TINY, blocks=0),),
}


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)
    torch.manual_seed(0)


def network_of(configs, spread=1.0):
    """A network whose weights and kept statistics are random, so that nothing about them can be guessed."""
    network = Vid2Vid([build(config) for config in configs])
    for name, value in network.state_dict().items():
        if value.is_floating_point():
            noise = torch.randn(value.shape)
            value.copy_(noise.abs() + 0.5 if name.endswith("running_var") else noise * 0.2 * spread)
    return network.eval().requires_grad_(False)


def write(network, folder, run="latest"):
    for index, scale in enumerate(network.scales):
        torch.save(scale.state_dict(), folder / f"{run}_net_G{index}.pth")
    return folder


def inputs(network, edge=32):
    config, scales = network.config, len(network.configs)
    labels = torch.rand(1, config.labels * config.frames, edge, edge)
    previous = torch.rand(1, config.image_channels * (config.frames - 1), edge, edge) * 2 - 1
    where = (torch.rand(1, 1, edge, edge) > 0.5).float()
    found = [pyramid(x, scales) for x in (labels, previous, where)]
    return found[0], found[1], (found[2] if config.foreground_width else None)


def answers(network, edge=32):
    labels, previous, where = inputs(network, edge)
    with torch.no_grad():
        return network(labels, previous, foreground=where)


@pytest.mark.parametrize("kind", SHAPES)
def test_every_size_and_option_is_read_off_the_file_and_gives_the_same_pictures(kind, tmp_path):
    network = network_of(SHAPES[kind])
    read = load_vid2vid(write(network, tmp_path))
    assert read.configs == SHAPES[kind]
    torch.manual_seed(1)
    ours = answers(network)
    torch.manual_seed(1)
    for frame, again in zip(ours, answers(read), strict=True):
        for field in frame._fields:
            value, other = getattr(frame, field), getattr(again, field)
            assert (value is None) == (other is None)
            assert value is None or torch.equal(value, other)


@pytest.mark.parametrize("kind", [kind for kind in SHAPES if kind != "no blocks at all"])
def test_each_file_is_known_for_what_it_is_before_it_is_read(kind, tmp_path):
    configs = SHAPES[kind]
    write(network_of(configs), tmp_path)
    for index, config in enumerate(configs):
        facts = inspect_checkpoint(tmp_path / f"latest_net_G{index}.pth")
        assert facts.family == "vid2vid"
        assert facts.sizes["normalisation"].startswith({"tracked": "instance, "}.get(config.norm, config.norm))
        assert facts.sizes["residual blocks"] == str(config.blocks)
        assert facts.sizes["flow"] == ("yes" if config.flow else "no")


def test_the_original_files_give_what_the_original_program_gave():
    paths = [corpus_file(f"parity/vid2vid_batch_latest_net_G{scale}.pth") for scale in (0, 1)]
    io = load_file(corpus_file("parity/vid2vid_batch.io.safetensors"))
    network = load_vid2vid(paths)
    assert network.configs[0] == ScaleConfig(labels=8, width=8, downsamplings=2, blocks=5)
    assert network.configs[1] == network.configs[0].finer(blocks=2)
    with torch.no_grad():
        frames = network([io["labels_half"], io["labels_full"]], [io["previous_half"], io["previous_full"]])
    for scale, frame in enumerate(frames):
        for field in ("image", "flow", "weight", "image_raw", "image_feature", "flow_feature"):
            wanted = io[f"g{scale}_{field}"]
            assert (getattr(frame, field) - wanted).abs().max() <= 1e-4 * wanted.abs().max(), (scale, field)
    assert [config.scale for config in load_vid2vid(list(reversed(paths))).configs] == [0, 1]
    assert len(load_vid2vid(paths[0]).configs) == 1


def test_files_of_half_precision_and_without_counters_are_read(tmp_path):
    network = network_of((TINY,))
    kept = {name: value.half() for name, value in network.scales[0].state_dict().items() if value.is_floating_point()}
    torch.save(kept, tmp_path / "x.pth")
    read = load_vid2vid(tmp_path / "x.pth")
    assert {value.dtype for value in read.parameters()} == {torch.float32}


def test_a_folder_of_several_trainings_is_read_at_its_latest(tmp_path):
    write(network_of((TINY,)), tmp_path, run="10")
    write(network_of((replace(TINY, width=6), replace(TINY, width=6).finer())), tmp_path)
    assert [config.width for config in load_vid2vid(tmp_path).configs] == [6, 3]


def damaged(change):
    def make(folder):
        write(network_of((TINY, TINY.finer())), folder)
        path = folder / "latest_net_G0.pth"
        tensors = torch.load(path)  # noqa: TID251 - our own file of a moment ago
        change(tensors)
        torch.save(tensors, path)
        return folder

    return make


def truncated(folder):
    write(network_of((TINY,)), folder)
    path = folder / "latest_net_G0.pth"
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def of_another_pair(folder):
    write(network_of((TINY, TINY.finer())), folder)
    torch.save(network_of((replace(TINY, width=8),)).scales[0].state_dict(), folder / "latest_net_G0.pth")
    return folder


def with_a_gap(folder):
    write(network_of((TINY, TINY.finer())), folder)
    (folder / "latest_net_G0.pth").unlink()
    return folder


def finer_alone(folder):
    return write(network_of((TINY, TINY.finer())), folder) / "latest_net_G1.pth"


def twice_the_coarsest(folder):
    write(network_of((TINY,)), folder)
    return [folder / "latest_net_G0.pth"] * 2


def of_another_kind(folder):
    torch.save({"features.0.weight": torch.zeros(4, 3, 3, 3)}, folder / "x.pth")
    return folder / "x.pth"


def with_no_halves_in_step(tensors):
    tensors["model_down_img.1.weight"] = torch.zeros(4, 5, 7, 7)


HOSTILE = {
    "a missing tensor": (damaged(lambda t: t.pop("model_up_flow.0.bias")), "lacks model_up_flow.0.bias"),
    "no first layer": (damaged(lambda t: t.pop("model_down_seg.1.weight")), "no generator of vid2vid"),
    "a foreign tensor": (damaged(lambda t: t.update(extra=torch.zeros(2))), "holds extra besides"),
    "a gap between blocks": (damaged(lambda t: t.pop("model_res_img.0.conv_block.1.weight")), "lacks|besides"),
    "a wrong shape": (damaged(lambda t: t.update({"model_final_w.1.bias": torch.zeros(9)})), "has the shape"),
    "a first layer of three axes": (
        damaged(lambda t: t.update({"model_down_seg.1.weight": torch.zeros(4, 15, 7)})),
        "four sizes",
    ),
    "an empty layer": (
        damaged(lambda t: t.update({"model_down_seg.1.weight": torch.zeros(0, 15, 7, 7)})),
        "four sizes",
    ),
    "not a number": (damaged(lambda t: t["model_final_img.1.bias"].fill_(torch.nan)), "not finite"),
    "a spread below 0": (damaged(lambda t: t["model_down_seg.2.running_var"].fill_(-1)), "below 0"),
    "whole numbers": (damaged(lambda t: t.update({"model_final_w.1.bias": torch.zeros(1).int()})), "floating-point"),
    "channels that do not divide": (damaged(with_no_halves_in_step), "do not fit"),
    "a truncated file": (truncated, "latest_net_G0.pth"),
    "a file of another pair": (of_another_pair, "does not refine"),
    "a missing coarsest scale": (with_a_gap, "0, 1, 2"),
    "a finer scale alone": (finer_alone, "refines a coarser"),
    "the coarsest scale twice": (twice_the_coarsest, "coarsest scale"),
    "another network": (of_another_kind, "no generator of vid2vid"),
    "an empty folder": (lambda folder: folder, "none named"),
    "no such file": (lambda folder: folder / "latest_net_G0.pth", "latest_net_G0.pth"),
    "no files": (lambda folder: [], "0 files"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_does_not_fit_is_refused_in_plain_words(kind, tmp_path):
    make, told = HOSTILE[kind]
    where = make(tmp_path)
    with pytest.raises(CheckpointError, match=told):
        load_vid2vid(where)


def test_normalising_each_frame_by_itself_forgets_what_was_kept(tmp_path):
    network = network_of((TINY,))
    write(network, tmp_path)
    kept, by_itself = load_vid2vid(tmp_path), load_vid2vid(tmp_path, each_frame_by_itself=True)
    labels, previous, _ = inputs(network)
    with torch.no_grad():
        once = by_itself(labels, previous)[0].image
        assert not torch.equal(once, kept(labels, previous)[0].image)
        assert torch.equal(once, by_itself(labels, previous)[0].image)


def test_a_generator_of_a_small_film_learns_one_batch():
    config = replace(TINY, norm="instance", width=8, blocks=2)
    network = build(config)
    labels, previous = torch.rand(1, 15, 16, 16), torch.rand(1, 6, 16, 16) * 2 - 1
    wanted, flow = (
        torch.tanh(torch.randn(1, 3, 4, 4)).repeat_interleave(4, 2).repeat_interleave(4, 3),
        torch.ones(1, 2, 16, 16),
    )
    optimiser = torch.optim.Adam(network.parameters(), 4e-3)
    losses = []
    for _ in range(60):
        frame = network(labels, previous)
        loss = (frame.image - wanted).abs().mean() + 0.01 * flow_loss(frame.flow, flow, torch.ones(1, 1, 16, 16))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.4 * losses[0]


def film_of(network, maps, **options):
    return list(Vid2VidFilm(network, **options).frames(iter(maps)))


def test_a_film_is_made_frame_by_frame_and_never_looks_ahead():
    network = network_of((TINY, TINY.finer()), spread=0.5)
    maps = [torch.randint(0, 5, (32, 48)) for _ in range(6)]
    asked = []

    def watched():
        for index, label_map in enumerate(maps):
            asked.append(index)
            yield label_map

    frames = Vid2VidFilm(network).frames(watched())
    first = next(frames)
    assert asked == [0]
    whole = [first, *frames]
    assert [frame.shape for frame in whole] == [(3, 32, 48)] * 6
    assert not first.requires_grad
    changed = [*maps[:4], torch.zeros(32, 48).long(), maps[5]]
    again = film_of(network, changed)
    assert all(torch.equal(a, b) for a, b in zip(whole[:4], again[:4], strict=True))
    assert not torch.equal(whole[4], again[4])
    assert all(torch.equal(a, b) for a, b in zip(whole, film_of(network, maps), strict=True))


def test_a_film_keeps_no_more_than_its_last_frames():
    network = network_of((TINY, TINY.finer()), spread=0.5)
    frames = Vid2VidFilm(network).frames(torch.full((16, 16), index % 5) for index in range(9))
    held = [
        sum(type(thing) is torch.Tensor for thing in gc.get_objects()) for index, _ in enumerate(frames) if index > 6
    ]
    assert len(held) == 2
    assert held[0] == held[1]


def test_what_is_done_to_a_frame_that_was_given_out_does_not_enter_the_film():
    network = network_of((TINY,), spread=0.5)
    maps = [torch.randint(0, 5, (16, 16)) for _ in range(3)]
    whole = film_of(network, maps)
    again = []
    for frame in Vid2VidFilm(network).frames(maps):
        again.append(frame.clone())
        frame.zero_()
    assert all(torch.equal(a, b) for a, b in zip(whole, again, strict=True))


def test_a_film_is_the_network_fed_with_its_own_last_frames():
    network = network_of((TINY,), spread=0.5)
    maps = [torch.randint(0, 5, (16, 16)) for _ in range(4)]
    frames = film_of(network, maps)
    encoded = [encode_labels(label_map, 5) for label_map in maps]
    with torch.no_grad():
        by_hand = network([torch.cat(encoded[1:4])[None]], [torch.cat(frames[1:3])[None]])[0].image[0]
    assert torch.equal(by_hand, frames[3])


def test_a_film_goes_on_from_opening_pictures_and_paints_a_foreground():
    network = network_of((replace(TINY, foreground_width=2),), spread=0.5)
    film = Vid2VidFilm(network, foreground=(2, 3))
    maps = [torch.randint(0, 5, (16, 16))]
    black = next(film.frames(maps, opening=[-torch.ones(3, 16, 16)]))
    white = next(film.frames(maps, opening=[torch.ones(3, 16, 16)]))
    own = (maps[0] == 2) | (maps[0] == 3)
    assert torch.equal(black[:, own], white[:, own])
    assert not torch.equal(black[:, ~own], white[:, ~own])


def test_edges_are_where_regions_meet():
    labels = torch.tensor([[0, 0, 1], [0, 0, 1], [0, 0, 0]])
    assert region_edges(labels).tolist() == [[0, 1, 1], [0, 1, 1], [0, 0, 1]]
    encoded = encode_labels(labels, 2, edges=True, instances=torch.zeros(3, 3).long())
    assert encoded[:2].argmax(0).equal(labels)
    assert encoded[2].sum() == 0
    network = network_of((TINY,))
    assert Vid2VidFilm(network, edges=True).classes == 4


@pytest.mark.parametrize(
    ("maps", "told"),
    [
        ([torch.zeros(15, 16).long()], "multiples of 4"),
        ([torch.zeros(4, 16).long()], "8 or more"),
        ([torch.full((16, 16), 5)], "knows 0..4"),
        ([torch.zeros(16, 16).long(), torch.zeros(16, 32).long()], "keep one size"),
        ([torch.zeros(16, 16)], "whole numbers"),
        ([torch.zeros(3, 16, 16)], r"\[5, H, W\]"),
    ],
)
def test_label_maps_that_do_not_fit_are_refused(maps, told):
    with pytest.raises(ValueError, match=told):
        film_of(network_of((TINY,)), maps)


def test_a_foreground_is_named_to_a_network_that_has_one_and_to_no_other():
    with pytest.raises(ValueError, match="no branch"):
        Vid2VidFilm(network_of((TINY,)), foreground=(1,))
    with pytest.raises(ValueError, match=r"labels of 0\.\.4"):
        Vid2VidFilm(network_of((replace(TINY, foreground_width=2),)))
    with pytest.raises(ValueError, match="opening"):
        list(Vid2VidFilm(network_of((TINY,))).frames([torch.zeros(16, 16).long()], [torch.zeros(3, 8, 8)]))


def test_a_picture_is_moved_by_whole_pixels_and_one_of_a_pixel_stays():
    picture, flow = torch.rand(2, 3, 32, 48), torch.zeros(2, 2, 32, 48)
    flow[:, 0], flow[:, 1] = 3, -2
    assert torch.allclose(warp(picture, flow)[:, :, 2:, :-3], picture[:, :, :-2, 3:], atol=1e-5)
    assert torch.isfinite(warp(picture[:, :, :1, :1], flow[:, :, :1, :1])).all()
