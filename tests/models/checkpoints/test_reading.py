from __future__ import annotations

import argparse
import pickle
import sys
import types
from collections import Counter, OrderedDict, defaultdict

import numpy as np
import pytest
import torch

from models.checkpoints.nvlabs import generator_of, nvlabs_generator
from models.checkpoints.reading import LEGACY, PICKLE, ZIP, read_checkpoint, survey_names
from models.checkpoints.values import ForeignObject, StoredTensor
from schemas.errors import CheckpointError
from tests.corpora import corpus_file
from tests.models.checkpoints.forging import write_zip

DTYPES = (
    torch.float64,
    torch.float32,
    torch.float16,
    torch.bfloat16,
    torch.int64,
    torch.int32,
    torch.int16,
    torch.int8,
    torch.uint8,
    torch.bool,
    torch.complex64,
    torch.complex128,
)


def save(value, path, form):
    torch.save(value, path, _use_new_zipfile_serialization=form == ZIP)
    return read_checkpoint(path)


@pytest.fixture(params=[ZIP, LEGACY])
def through(request, tmp_path):
    """Saves a value in one of torch's forms and reads it again."""

    def go(value):
        found = save(value, tmp_path / "file.pt", request.param)
        assert found.form == request.param
        return found

    return go


def test_every_kind_of_number_comes_back_to_the_bit(through):
    dice = torch.Generator().manual_seed(1)
    tensors = {str(kind): (torch.rand(3, 5, generator=dice) * 9 - 3).to(kind) for kind in DTYPES}
    found = through(tensors)
    for name, tensor in found.tensors().items():
        assert tensor.dtype == tensors[name].dtype
        assert torch.equal(tensor, tensors[name])
        if tensor.dtype == torch.bfloat16:
            assert np.array_equal(found.tree[name].numpy(), tensors[name].float().numpy())
        else:
            assert np.array_equal(found.tree[name].numpy(), tensors[name].numpy())


def test_views_and_shared_storages_come_back_contiguous(through):
    base = torch.arange(60.0).reshape(3, 4, 5)
    tensors = {
        "whole": base,
        "turned": base.permute(2, 0, 1),
        "part": base[1:, ::2, 1:4],
        "one": base[2, 3, 4],
        "spread": base[0, 0, :1].expand(7, 5),
        "none": base[:0],
        "scalar": torch.tensor(4),
        "last": torch.empty(2, 3, 4, 4).to(memory_format=torch.channels_last).fill_(2.0),
    }
    found = through(tensors).tensors()
    assert found.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert torch.equal(found[name], tensor)
        assert found[name].is_contiguous()
    found["whole"][0] = -1
    assert found["part"].min() >= 0


def test_parameters_are_told_from_buffers(through):
    network = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    whole = through({"p": network[0].weight, "state": network.state_dict()})
    assert whole.tree["p"].is_parameter
    assert not whole.tree["state"]["0.weight"].is_parameter
    for name, tensor in network.state_dict().items():
        assert torch.equal(whole.tensors("state")[name], tensor)


def test_what_trainers_save_beside_weights_is_plain(through):
    groups = [{"lr": 0.002, "betas": (0.0, 0.99), "foreach": None, "params": [0, 1]}]
    adam = {"state": {0: {"step": torch.tensor(8.0), "exp_avg": torch.ones(3)}}, "param_groups": groups}
    found = through(
        {
            "args": argparse.Namespace(size=64, lr=0.002, name="x", path=None, list=[1, 2]),
            "simple": types.SimpleNamespace(a=1),
            "optim": adam,
            "size": torch.Size([2, 3]),
            "device": torch.device("cuda", 1),
            "ordered": OrderedDict(a=1),
            "counted": Counter("aab"),
            "defaults": defaultdict(list, a=[1]),
            "sets": {1, 2},
            "frozen": frozenset("ab"),
            "bytes": b"\x00\xff",
            "numbers": (1, -(2**70), 1.5, True, None, 1j),
        }
    ).tree
    assert found["args"] == {"size": 64, "lr": 0.002, "name": "x", "path": None, "list": [1, 2]}
    assert found["simple"] == {"a": 1}
    assert torch.equal(found["optim"]["state"][0]["exp_avg"].torch(), torch.ones(3))
    assert found["optim"]["param_groups"] == groups
    assert (found["size"], found["device"]) == ((2, 3), "cuda:1")
    assert (found["ordered"], found["counted"], found["defaults"]) == ({"a": 1}, {"a": 2, "b": 1}, {"a": [1]})
    assert (found["sets"], found["frozen"], found["bytes"]) == ({1, 2}, {"a", "b"}, b"\x00\xff")
    assert found["numbers"] == (1, -(2**70), 1.5, True, None, 1j)


@pytest.mark.parametrize("protocol", range(6))
def test_numpy_arrays_and_numbers_are_read_at_every_protocol(protocol, tmp_path):
    arrays = {
        "rows": np.arange(12, dtype=np.float32).reshape(3, 4),
        "columns": np.asfortranarray(np.arange(12, dtype=np.int64).reshape(3, 4)),
        "bits": np.array([True, False]),
        "half": np.array([1.5], np.float16),
        "empty": np.zeros((0, 3)),
    }
    numbers = {"a": np.float64(1.25), "b": np.int64(-3), "c": np.bool_(True), "d": np.float32(0.5)}
    path = tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps({"arrays": arrays, "numbers": numbers}, protocol=protocol))
    found = read_checkpoint(path)
    assert found.form == PICKLE
    assert found.tree["numbers"] == {"a": 1.25, "b": -3, "c": True, "d": 0.5}
    for name, array in arrays.items():
        assert np.array_equal(found.tree["arrays"][name].numpy(), array)
        assert found.tree["arrays"][name].numpy().dtype == array.dtype


def test_arrays_of_objects_and_other_byte_orders_are_refused(tmp_path):
    for array in (
        np.array([{}], dtype=object),
        np.array(["a"]),
        np.arange(3, dtype=">f4"),
        np.array(["2020"], "M8[D]"),
    ):
        (tmp_path / "x.pkl").write_bytes(pickle.dumps({"a": array}, protocol=4))
        with pytest.raises(CheckpointError, match=r"x\.pkl: it holds"):
            read_checkpoint(tmp_path / "x.pkl")


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_tensors_in_plain_pickles_hold_their_numbers_in_streams_of_their_own(protocol, tmp_path):
    tensors = {"a": torch.arange(6.0).reshape(2, 3).t(), "b": torch.nn.Parameter(torch.ones(2))}
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(tensors, protocol=protocol))
    found = read_checkpoint(tmp_path / "x.pkl")
    for name, tensor in found.tensors().items():
        assert torch.equal(tensor, tensors[name])


def test_a_whole_network_is_refused_and_its_classes_can_be_named(tmp_path):
    for form in (ZIP, LEGACY):
        torch.save(torch.nn.Linear(2, 2), tmp_path / "x.pth", _use_new_zipfile_serialization=form == ZIP)
        with pytest.raises(CheckpointError, match=r"torch\.nn\.modules\.linear\.Linear|whole pickled network"):
            read_checkpoint(tmp_path / "x.pth")
        assert "torch.nn.modules.linear.Linear" in survey_names(tmp_path / "x.pth")


def test_a_damaged_storage_is_found_when_it_is_read(tmp_path):
    path = tmp_path / "x.pt"
    torch.save({"w": torch.arange(100.0)}, path)
    content = bytearray(path.read_bytes())
    content[content.index(np.float32(50).tobytes() + np.float32(51).tobytes())] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="damaged at"):
        read_checkpoint(path).tensors()


def test_structure_is_read_without_the_numbers(tmp_path):
    path = tmp_path / "x.pt"
    torch.save({"w": torch.zeros(1 << 22)}, path)
    content = bytearray(path.read_bytes())
    place = content.index(bytes(1 << 20))
    content[place : place + 4] = b"\xff" * 4
    path.write_bytes(content)
    assert read_checkpoint(path).tree["w"].shape == (1 << 22,)


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"PK\x03\x04" + bytes(50), b"\x89HDF\r\n\x1a\n" + bytes(99)])
def test_what_is_no_checkpoint_is_said_to_be_none(content, tmp_path):
    (tmp_path / "x.pt").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"^x\.pt: "):
        read_checkpoint(tmp_path / "x.pt")
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(CheckpointError, match="check the path"):
            read_checkpoint(path)


def test_a_key_that_is_not_there_names_those_that_are(tmp_path):
    found = save({"g": {"w": torch.ones(1)}, "n": 3}, tmp_path / "x.pt", ZIP)
    with pytest.raises(CheckpointError, match="no 'g_ema': it holds g, n"):
        found.tensors("g_ema")
    with pytest.raises(CheckpointError, match="holds a int, not a dictionary"):
        found.at("n")
    assert found.tensors().keys() == {"g.w"}


@pytest.mark.parametrize("name", ["rosinality_stylegan2_64.pt", "vid2vid_batch_latest_net_G0.pth"])
def test_files_in_the_original_formats_equal_what_torch_itself_reads(name):
    path = corpus_file(f"parity/{name}")
    expected = torch.load(path, weights_only=True)  # noqa: TID251 - what our reader is measured against
    flat = {
        (f"{key}.{name}" if isinstance(value, dict) else key): tensor
        for key, value in expected.items()
        for name, tensor in (value.items() if isinstance(value, dict) else [("", value)])
    }
    found = read_checkpoint(path).tensors()
    assert found.keys() == flat.keys()
    assert all(torch.equal(found[name], flat[name]) for name in flat)


def test_nvidias_pickle_gives_its_generator_and_its_source_is_never_run():
    path = corpus_file("parity/nvlabs_stylegan2ada_64.pkl")
    before = set(sys.modules)
    state, arguments, which = nvlabs_generator(path)
    assert not [name for name in set(sys.modules) - before if "torch_utils" in name or "dnnlib" in name]
    assert which == "G_ema"
    assert arguments["img_resolution"] == 64
    assert state["synthesis.b4.const"].shape == (24, 4, 4)
    assert state["mapping.w_avg"].shape == (32,)
    assert not any("noise_const" in name and tensor.ndim != 2 for name, tensor in state.items())
    assert generator_of(read_checkpoint(path)).options["synthesis.b8.architecture"] == "skip"


def persistent(class_name, modules=None, tensors=None, **state):
    """A pickle as NVIDIA's classes write it; what stands for the source would end the process."""
    held = {"_parameters": tensors or {}, "_buffers": {}, "_modules": modules or {}, **state}
    meta = {"type": "class", "version": 6, "module_src": "raise SystemExit", "class_name": class_name, "state": held}
    return Persistent(meta)


class Persistent:
    def __init__(self, meta):
        self.meta = meta

    def __reduce__(self):
        return _reconstruct_persistent_obj, (self.meta,)


def _reconstruct_persistent_obj(_meta):
    raise AssertionError("a persistent object was made")


class EasyDict(dict):
    """Stands for dnnlib.util.EasyDict."""


@pytest.fixture
def as_nvidia_writes(monkeypatch):
    """Lets the classes above be pickled under NVIDIA's names."""
    for module, thing in (("torch_utils.persistence", _reconstruct_persistent_obj), ("dnnlib.util", EasyDict)):
        made = types.ModuleType(module)
        setattr(made, thing.__name__, thing)
        monkeypatch.setattr(thing, "__module__", module)
        for part in (module.partition(".")[0], module):
            monkeypatch.setitem(sys.modules, part, made)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.usefixtures("as_nvidia_writes")
def test_networks_by_persistence_become_inert_records(protocol, tmp_path):
    inner = persistent("Layer", tensors={"weight": torch.nn.Parameter(torch.ones(2, 2)), "bias": None})
    network = persistent("Generator", modules={"b4": inner, "none": None}, _init_kwargs=EasyDict(z_dim=8), img=4)
    path = tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps({"G": network, "D": None, "G_ema": None}, protocol=protocol))
    found = read_checkpoint(path)
    assert isinstance(found.tree["G"], ForeignObject)
    assert "module_src" not in repr(found.tree)
    assert "SystemExit" not in repr(found.tree)
    generator = generator_of(found)
    assert (generator.which, generator.init_kwargs) == ("G", {"z_dim": 8})
    assert isinstance(generator.state["b4.weight"], StoredTensor)
    assert found.tensors("G").keys() == {"b4.weight"}


@pytest.mark.usefixtures("as_nvidia_writes")
def test_networks_that_share_parts_without_end_are_refused(tmp_path):
    part = persistent("Leaf")
    for _ in range(30):
        part = persistent("Node", modules={"a": part, "b": part})
    (tmp_path / "x.pkl").write_bytes(pickle.dumps({"G_ema": part}, protocol=4))
    with pytest.raises(CheckpointError, match="networks|deeper"):
        nvlabs_generator(tmp_path / "x.pkl")
    (tmp_path / "y.pkl").write_bytes(pickle.dumps({"x": 1}, protocol=4))
    with pytest.raises(CheckpointError, match="no generator G_ema or G"):
        nvlabs_generator(tmp_path / "y.pkl")


@pytest.mark.usefixtures("as_nvidia_writes")
def test_a_persistent_object_of_no_class_is_refused(tmp_path):
    for meta in ({"type": "module"}, {"type": "class", "class_name": 3, "state": {}}, []):
        write_zip(tmp_path / "x", pickle.dumps(Persistent(meta), protocol=2))
        with pytest.raises(CheckpointError, match="persistent object"):
            read_checkpoint(tmp_path / "x")
