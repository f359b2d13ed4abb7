"""Sheets, directions and projection."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from cli.covers.explore import explore
from cli.covers.project import project as project_command
from models.pictures.stylegan2 import Generator, StyleGAN2Config, save_stylegan2
from models.pictures.stylegan2.directions import closed_form_directions, principal_directions, walk
from models.pictures.stylegan2.exploring import Sheet, draw_ws, mix, mixing_grid, paint, paint_sheet, sheet
from models.pictures.stylegan2.judging import pixel_distance, project_pixels
from models.pictures.stylegan2.projection import ProjectionSettings, learning_rate, noise_penalty, project
from schemas.errors import CheckpointError, MediaError


@pytest.fixture
def generator():
    torch.manual_seed(0)
    made = Generator(StyleGAN2Config.tiny()).eval()
    made.measure_mean_w(count=500)
    return made


def test_a_drawn_picture_is_the_same_however_many_are_drawn(generator):
    few, many = draw_ws(generator, 2, seed=3), draw_ws(generator, 5, seed=3)
    assert torch.equal(few, many[:2])
    assert not torch.equal(few, draw_ws(generator, 2, seed=4))
    assert torch.equal(paint(generator, many)[:2], paint(generator, few))


def test_a_mixing_grid_shows_every_pair(generator):
    ws = draw_ws(generator, 5, seed=1)
    grid = mixing_grid(ws[:2], ws[2:], 2)
    assert grid.shape == (12, 6, 16)
    assert torch.equal(grid[6], mix(ws[:1], ws[3:4], 2)[0])
    assert torch.equal(grid[6, :2], ws[0, :2])
    assert torch.equal(grid[6, 2:], ws[3, 2:])
    with pytest.raises(ValueError, match="0 to 6"):
        mix(ws[:1], ws[1:2], 7)


def test_principal_directions_are_those_in_which_w_varies_most(generator):
    found = principal_directions(generator, count=16, samples=2000)
    w = generator.mapping(torch.randn(2000, 16))[:, 0].detach()
    spreads = (w @ found.vectors.T).std(dim=0)
    assert torch.allclose(found.vectors @ found.vectors.T, torch.eye(16), atol=1e-4)
    assert (found.strengths[:-1] >= found.strengths[1:]).all()
    assert torch.allclose(spreads, found.strengths, rtol=0.15)
    assert torch.equal(found.vectors, principal_directions(generator, count=16, samples=2000).vectors)


def test_the_first_closed_form_direction_moves_the_styles_most(generator):
    found = closed_form_directions(generator, count=3, layers=[1, 2])

    def moved(direction):
        styles = []
        for layer in (1, 2):
            weight = generator.synthesis.layers[layer].affine.weight.detach()
            styles.append((weight / weight.norm(dim=1, keepdim=True)) @ direction)
        return float(torch.cat(styles).norm())

    tried = torch.nn.functional.normalize(torch.randn(50, 16, generator=torch.Generator().manual_seed(1)), dim=1)
    assert moved(found.vectors[0]) > max(moved(one) for one in tried)
    assert moved(found.vectors[0]) == pytest.approx(float(found.strengths[0]), rel=1e-4)
    with pytest.raises(ValueError, match="layers lie in 0 to 4"):
        closed_form_directions(generator, layers=[5])
    with pytest.raises(ValueError, match="1 to 16 directions"):
        closed_form_directions(generator, count=17)


def test_a_walk_moves_only_the_layers_that_are_named():
    ws, direction = torch.zeros(1, 6, 4), torch.tensor([0.0, 1.0, 0.0, 0.0])
    moved = walk(ws, direction, [-1.0, 2.0], layers=[2, 3])
    assert moved[1, 2].tolist() == [0, 2, 0, 0]
    assert moved[:, [0, 1, 4, 5]].abs().max() == 0


def test_a_sheet_lays_pictures_out_in_rows():
    pictures = torch.arange(3.0)[:, None, None, None].expand(3, 1, 2, 2)
    assert sheet(pictures, 2)[0].tolist() == [[0, 0, 1, 1]] * 2 + [[2, 2, 0, 0]] * 2


@pytest.mark.parametrize("show", ["samples", "mixing", "pca", "sefa"])
def test_every_sheet_has_the_size_that_was_asked_for_and_the_same_bytes_twice(generator, show):
    wanted = Sheet(show=show, columns=3, rows=2, seed=5)
    counted = []
    painted = paint_sheet(generator, wanted, progress=lambda done, total: counted.append((done, total)))
    assert painted.pixels.shape == (32, 48, 3)
    assert counted[-1] == (6, 6)
    assert np.array_equal(painted.pixels, paint_sheet(generator, wanted).pixels)
    assert len(painted.strengths) == (2 if show in ("pca", "sefa") else 0)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Sheet(columns=2000), "16384 px"),
        (Sheet(mix_at=7), "no layer 7"),
        (Sheet(show="mixing", rows=1), "at least 2"),
        (Sheet(show="pca", rows=17), "17 directions"),
        (Sheet(label=1), "no class 1"),
    ],
)
def test_a_sheet_that_cannot_be_painted_is_refused(generator, wanted, why):
    with pytest.raises(CheckpointError, match=why):
        paint_sheet(generator, wanted)


def test_projection_finds_a_picture_that_the_generator_painted(generator):
    wanted = paint(generator, draw_ws(generator, 1, seed=9), noise="const")
    said = []
    settings = ProjectionSettings(steps=60, every_layer=True)
    found = project(generator, wanted, pixel_distance, settings=settings, seed=1, progress=said.append)
    average = paint(generator, generator.mean_w.expand(1, 6, -1), noise="const")
    assert found.distance < 0.2 * float(pixel_distance(average, wanted))
    assert found.ws.shape == (1, 6, 16)
    assert (said[-1].done, said[-1].total, said[-1].left_s) == (60, 60, 0)
    assert all(abs(float(one.mean())) < 1e-3 and abs(float(one.std(correction=0)) - 1) < 1e-2 for one in found.noise)


def test_projection_is_the_same_for_the_same_seed_and_leaves_the_generator_as_it_was(generator):
    before = {name: value.clone() for name, value in generator.state_dict().items()}
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 3), dtype=np.uint8)
    settings = ProjectionSettings(steps=3)
    one, one_pixels = project_pixels(generator, pixels, pixel_distance, settings=settings, seed=4)
    other, _ = project_pixels(generator, pixels, pixel_distance, settings=settings, seed=4)
    assert torch.equal(one.ws, other.ws)
    assert one_pixels.shape == (16, 16, 3)
    assert all(torch.equal(value, before[name]) for name, value in generator.state_dict().items())
    assert all(weight.grad is None for weight in generator.parameters())


def test_the_learning_rate_rises_stays_and_falls_and_patterned_noise_is_penalised():
    settings = ProjectionSettings()
    assert learning_rate(0.0, settings) == 0
    assert learning_rate(0.5, settings) == pytest.approx(0.1)
    assert learning_rate(1.0, settings) == pytest.approx(0.0)
    white = torch.randn(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    stripes = torch.tensor([1.0, 1.0, -1.0, -1.0]).repeat(16)[None, None, :, None].expand(1, 1, 64, 64)
    assert noise_penalty(white) < 0.2
    assert noise_penalty(stripes) > 0.9


def test_a_distance_that_is_no_number_and_a_picture_of_another_size_are_refused(generator):
    with pytest.raises(MediaError, match="became nan at step 1"):
        project(generator, torch.zeros(1, 3, 16, 16), lambda one, other: (one - other).mean() * torch.nan)
    with pytest.raises(ValueError, match="this generator paints"):
        project(generator, torch.zeros(1, 3, 8, 8), pixel_distance)


def test_the_commands_write_a_sheet_and_a_projection(generator, tmp_path):
    save_stylegan2(tmp_path / "g.safetensors", generator)
    model, out, found = str(tmp_path / "g.safetensors"), tmp_path / "sheet.png", tmp_path / "found.png"
    done = CliRunner().invoke(explore, [model, "--columns", "2", "--rows", "2", "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    with Image.open(out) as painted:
        assert painted.size == (32, 32)
    latent = tmp_path / "w.safetensors"
    options = ["--judge", "pixels", "--steps", "2", "--out", str(found), "--latent", str(latent)]
    done = CliRunner().invoke(project_command, [model, str(out), *options])
    assert done.exit_code == 0, done.output
    with Image.open(found) as painted:
        assert painted.size == (16, 16)
    assert latent.is_file()
    done = CliRunner().invoke(explore, [model, "--out", str(tmp_path / "no" / "sheet.png")])
    assert done.exit_code == 2
