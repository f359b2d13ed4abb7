"""Files that try to run something, or to use up the machine. Each is refused at once, and nothing runs."""

from __future__ import annotations

import builtins
import functools
import marshal
import operator
import os
import pickle
import struct
import subprocess
import time
import zipfile

import pytest

from models.checkpoints.budget import Limits
from models.checkpoints.reading import read_checkpoint, survey_names
from schemas.errors import CheckpointError
from tests.models.checkpoints.forging import (
    entry,
    integer,
    name,
    numbers,
    storage,
    tensor,
    text,
    write_legacy,
    write_zip,
)


@pytest.fixture
def refused(tmp_path):
    """Reads a pickle in each of the three forms, and finds it refused, soon, with nothing run."""

    def check(pickled, match="^file"):
        said = []
        for form in ("zip", "legacy", "pickle"):
            path = tmp_path / f"file.{form}"
            if form == "zip":
                write_zip(path, pickled)
            elif form == "legacy":
                write_legacy(path, pickled, None if b"storage" in pickled else {})
            else:
                path.write_bytes(pickled)
            started = time.monotonic()
            with pytest.raises(CheckpointError, match=match) as caught:
                read_checkpoint(path)
            assert time.monotonic() - started < 5
            said.append(str(caught.value))
            assert said[-1].startswith("file.")
            assert said[-1].isprintable()
        assert not (tmp_path / "canary").exists()
        return said

    check.canary = tmp_path / "canary"
    return check


class Reduced:
    """Pickles as a call."""

    def __init__(self, call, *arguments):
        self.call, self.arguments = call, arguments

    def __reduce__(self):
        return self.call, self.arguments


def touching(path):
    command = f"touch {path}"
    python = f"open({str(path)!r}, 'w')"
    return {
        "os.system": Reduced(os.system, command),
        "subprocess.Popen": Reduced(subprocess.Popen, ["touch", str(path)]),
        "subprocess.check_call": Reduced(subprocess.check_call, ["touch", str(path)]),
        "builtins.eval": Reduced(builtins.eval, python),
        "builtins.exec": Reduced(builtins.exec, python),
        "builtins.compile": Reduced(builtins.compile, python, "x", "exec"),
        "builtins.open": Reduced(builtins.open, str(path), "w"),
        "builtins.getattr": Reduced(builtins.getattr, "", "join"),
        "builtins.__import__": Reduced(builtins.__import__, "os"),
        "os.open": Reduced(os.open, str(path), os.O_CREAT),
        "operator.attrgetter": Reduced(operator.attrgetter, "system"),
        "operator.methodcaller": Reduced(operator.methodcaller, "system", command),
        "functools.partial": functools.partial(os.system, command),
        "functools.reduce": Reduced(functools.reduce, max, [1]),
        "marshal.loads": Reduced(marshal.loads, b"N"),
    }


@pytest.mark.parametrize("payload", sorted(touching("x")))
@pytest.mark.parametrize("protocol", range(6))
def test_calls_by_every_protocol_are_refused(payload, protocol, refused):
    refused(
        pickle.dumps({"w": touching(refused.canary)[payload]}, protocol=protocol), "nothing was run|operator|partial"
    )


GADGETS = [
    ("torch", "load"),
    ("torch.hub", "load"),
    ("torch.jit", "load"),
    ("torch.serialization", "load"),
    ("torch._utils", "_rebuild_wrapper_subclass"),
    ("torch.fx.graph_module", "reduce_graph_module"),
    ("torch.utils.data.datapipes.utils.decoder", "basichandlers"),
    ("torch.distributed.rpc.internal", "_internal_rpc_pickler"),
    ("torch.storage", "os.system"),
    ("torch", "os.system"),
    ("torch.FloatStorage", "from_file"),
    ("torch", "FloatStorage.from_file"),
    ("numpy.core.multiarray", "fromfile"),
    ("numpy.testing._private.utils", "runstring"),
    ("numpy.f2py.crackfortran", "myeval"),
    ("numpy", "load"),
    ("numpy", "dtype.__class__"),
    ("numpy.distutils.exec_command", "exec_command"),
    ("collections", "OrderedDict.__init__.__globals__"),
    ("collections.abc", "sys"),
    ("argparse", "Namespace.__init__"),
    ("argparse", "_sys.modules"),
    ("builtins", "type"),
    ("builtins", "map"),
    ("builtins", "dict.__class__"),
    ("copyreg", "add_extension"),
    ("copyreg", "__newobj__"),
    ("_codecs", "lookup"),
    ("codecs", "open"),
    ("posix", "system"),
    ("nt", "system"),
    ("runpy", "_run_code"),
    ("pty", "spawn"),
    ("importlib", "import_module"),
    ("webbrowser", "open"),
    ("timeit", "timeit"),
    ("cProfile", "run"),
    ("code", "InteractiveInterpreter"),
    ("ctypes", "CDLL"),
    ("shutil", "rmtree"),
    ("socket", "create_connection"),
    ("pip._internal", "main"),
    ("torch_utils.persistence", "_src_to_module"),
    ("torch_utils.persistence", "import_hook"),
    ("dnnlib.util", "call_func_by_name"),
    ("dnnlib.util", "construct_class_by_name"),
    ("dnnlib.util", "open_url"),
    ("models.adding", "add"),
    ("__main__", "Generator"),
    ("", ""),
    ("\x1b[31mos", "sys\u202etem"),
]


@pytest.mark.parametrize(("module", "what"), GADGETS)
def test_names_of_gadgets_are_refused_by_global_stack_global_inst_and_newobj(module, what, refused):
    argument = b"(" + text(f"touch {refused.canary}") + b"tR"
    refused(entry(name(module, what) + argument), "nothing was run")
    refused(b"\x80\x04}" + text("w") + text(module) + text(what) + b"\x93" + argument + b"s.", "nothing was run")
    refused(b"(" + text(f"touch {refused.canary}") + f"i{module}\n{what}\n.".encode(), "nothing was run")
    refused(b"\x80\x02" + name(module, what) + b")\x81.", "nothing was run")


@pytest.mark.parametrize(
    "pickled",
    [
        b"(" + name("collections", "OrderedDict") + name("torch", "Size") + b"o.",
        b"\x80\x02" + name("torch", "FloatStorage") + b")R.",
        b"\x80\x02" + name("torch", "Tensor") + b")\x81.",
        b"\x80\x02" + name("builtins", "object") + b")\x81.",
        b"\x80\x04" + name("argparse", "Namespace") + text("x") + b"\x85\x81.",
        b"\x80\x04" + name("argparse", "Namespace") + b")}" + text("x") + b"Ns\x92.",
        b"\x80\x04" + text("x") + b")R.",
        b"\x80\x04]" + b")R.",
        b"\x80\x04]" + b")\x81.",
        b"\x80\x04" + name("numpy", "ndarray") + b")R.",
    ],
)
def test_allowed_names_are_called_and_made_only_as_checkpoints_do(pickled, refused):
    refused(pickled)


@pytest.mark.parametrize(
    "code", [b"\x82\x01", b"\x83\x01\x00", b"\x84\x01\x00\x00\x00", b"P0\n", b"\x97", b"\x98", b"\xff"]
)
def test_extensions_text_references_and_buffers_out_of_band_are_refused(code, refused):
    refused(b"\x80\x05" + code + b".", "instruction")


@pytest.mark.parametrize(
    ("target", "state"),
    [
        (name("torch", "Size") + b"(K\x01tR", b"}" + text("__class__") + b"Ns"),
        (name("torch", "FloatStorage"), b"}" + text("x") + b"Ns"),
        (tensor(), b"}" + text("__setstate__") + b"Ns"),
        (text("word"), b"}"),
        (b"]", b"}" + text("append") + b"Ns"),
        (name("argparse", "Namespace") + b")\x81", text("no dictionary")),
        (name("argparse", "Namespace") + b")\x81", b"}K\x01Ns"),
    ],
)
def test_state_cannot_be_pushed_into_anything_but_a_namespace(target, state, refused):
    refused(entry(target + state + b"b"))


def test_attributes_with_names_of_python_are_entries_and_nothing_more(tmp_path):
    state = b"}" + text("__class__") + text("os.system") + b"s" + text("__dict__") + b"Ns"
    for made in (name("argparse", "Namespace") + b")\x81", name("collections", "OrderedDict") + b")R"):
        found = read_checkpoint(write_zip(tmp_path / "x", entry(made + state + b"b"))).tree["w"]
        assert isinstance(found, dict)
        assert found.__class__.__name__ in ("Attributes", "dict")


def nested(pickled):
    from io import BytesIO

    stream = BytesIO()

    class Held:
        def write_bytes(self, content):
            stream.write(content)

    write_legacy(Held(), pickled, {}, [])
    content = stream.getvalue()
    return name("torch.storage", "_load_from_bytes") + b"B" + struct.pack("<I", len(content)) + content + b"\x85R"


def test_a_payload_in_a_storage_inside_the_pickle_is_refused(refused):
    payload = pickle.dumps({"w": touching(refused.canary)["os.system"]}, protocol=2)
    refused(entry(nested(payload)), "nothing was run")
    refused(entry(nested(entry(nested(entry(nested(payload)))))), "nothing was run")


def test_storages_inside_one_another_end_at_a_depth(refused):
    pickled = entry(b"N")
    for _ in range(6):
        pickled = entry(nested(pickled))
    refused(pickled, "deeper than 3")
    refused(entry(name("torch.storage", "_load_from_bytes") + b"C\x04junk\x85R"), "old form")
    refused(entry(name("torch.storage", "_load_from_bytes") + text("junk") + b"\x85R"), "no bytes")


def test_what_is_referred_to_outside_the_pickle_must_be_a_storage(refused, tmp_path):
    for reference in (
        text("storage") + b"\x85",
        b"N",
        b"(" + text("module") + name("torch", "Tensor") + text("x.py") + text("import os") + b"t",
        b"(" + text("storage") + text("FloatStorage") + text("0") + text("cpu") + b"K\x04t",
        b"(" + text("storage") + name("torch", "FloatStorage") + b"K\x00" + text("cpu") + b"K\x04t",
        b"(" + text("storage") + name("torch", "FloatStorage") + text("0") + text("cpu") + integer(-4) + b"t",
        b"(" + text("storage") + name("torch", "FloatStorage") + text("0") + text("cpu") + integer(1 << 70) + b"t",
    ):
        refused(entry(reference + b"Q"))
    for key in ("../../secret", "/etc/passwd", "absent"):
        with pytest.raises(CheckpointError, match="does not hold"):
            read_checkpoint(write_zip(tmp_path / "x", entry(tensor(held=storage(key)))))


@pytest.mark.parametrize(
    "shape",
    [
        {"shape": (3, 2)},
        {"offset": 1},
        {"offset": -1},
        {"offset": 1 << 63},
        {"shape": (-2, 2)},
        {"shape": (2, 2), "stride": (-2, 1)},
        {"stride": (1 << 62, 1 << 62)},
        {"shape": (1 << 62, 4), "stride": (0, 0)},
        {"shape": (1 << 32, 1 << 32), "stride": (0, 0)},
        {"shape": (2, 2, 2)},
        {"shape": (1,) * 40, "stride": (1,) * 40},
    ],
)
def test_tensors_that_reach_out_of_their_storage_are_refused(shape, refused):
    try:
        refused(entry(tensor(**shape)), "offset|storage beside it")
    finally:
        assert not refused.canary.exists()


def test_tensors_that_share_one_storage_without_end_are_refused(tmp_path):
    rows = b"".join(tensor(shape=(1 << 24,), stride=(0,)) + b"a" for _ in range(40))
    with pytest.raises(CheckpointError, match="far more than it holds"):
        read_checkpoint(write_zip(tmp_path / "x", b"\x80\x02]" + rows + b"."))


@pytest.mark.parametrize(
    "pickled",
    [
        b"\x80\x04\x8b\xff\xff\xff\x7f.",
        b"\x80\x04\x8b" + struct.pack("<I", 4000) + bytes(4000) + b".",
        b"\x80\x04\x8e" + struct.pack("<Q", 1 << 60) + b".",
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xff.",
        b"\x80\x05\x96" + struct.pack("<Q", 1 << 50) + b".",
        b"\x80\x04\x8d" + struct.pack("<Q", 1 << 50) + b".",
        b"\x80\x04\x95" + struct.pack("<Q", 1 << 50) + b".",
        b"\x80\x04T\xff\xff\xff\x7f.",
        b"\x80\x04X\xff\xff\xff\x7f.",
        b"\x80\x04L" + b"9" * 4000 + b"L\n.",
        b"\x80\x04I" + b"9" * 9000 + b"\n.",
        b"\x80\x04I1_000x\n.",
        b"\x80\x04Fnotanumber\n.",
        b"\x80\x04S'torn\n.",
        b"\x80\x04X\x02\x00\x00\x00\xff\xff.",
        b"\x80\x09N.",
        b"\x80\x04N",
        b"\x80\x04.",
        b"\x80\x04(.",
        b"\x80\x04NR.",
        b"\x80\x04t.",
        b"\x80\x04h\x05.",
        b"\x80\x04Ns.",
        b"\x80\x04}(NNNu.",
        b"\x80\x04N(Ne.",
        b"\x80\x04N(N\x90.",
        b"\x80\x04]Na0000.",
        b"\x80\x04}]Ns.",
        b"\x80\x04\x8f(]\x90.",
        b"\x80\x04\x93.",
        b"\x80\x04NN\x93.",
        b"\x80\x04" + name("_codecs", "encode") + text("abc") + text("rot13") + b"\x86R.",
        b"\x80\x04" + name("_codecs", "encode") + text("\u3042") + text("latin1") + b"\x86R.",
        b"\x80\x04" + name("numpy", "dtype") + text("O") + b"\x85R.",
        b"\x80\x04" + name("numpy", "dtype") + text("M8[ns]") + b"\x85R.",
        b"\x80\x04" + name("numpy", "dtype") + text("f4") + b"\x85R(K\x03" + text(">") + b"tb.",
    ],
)
def test_damaged_and_overlong_instructions_are_refused(pickled, refused):
    refused(pickled)


def test_a_memory_of_a_billion_laughs_is_not_laughed(refused, tmp_path):
    doubling = (
        b"\x80\x04]" + b"".join(b"\x94" + b"(h" + bytes([i]) + b"h" + bytes([i]) + b"l" for i in range(60)) + b"."
    )
    found = read_checkpoint(write_zip(tmp_path / "lists", doubling)).tree
    assert len(found) == 2
    names = b"\x80\x04}" + b"".join(
        b"\x94}(" + text("a") + b"h" + bytes([i]) + text("b") + b"h" + bytes([i]) + b"u" for i in range(60)
    )
    started = time.monotonic()
    with pytest.raises(CheckpointError, match="entries"):
        read_checkpoint(write_zip(tmp_path / "names", names + b".")).tensors()
    copies = b"\x80\x04" + text("x" * 1_000_000) + b"\x94"
    copies += (name("_codecs", "encode") + b"h\x00" + text("latin1") + b"\x86R0") * 200 + b"."
    refused(copies, "unfolds")
    rows = b"\x80\x04](" + b"N" * 100_000 + b"e\x94" + (name("torch", "Size") + b"h\x00\x85R0") * 3 + b"."
    refused(rows)
    assert time.monotonic() - started < 10


def test_recursion_and_depth_are_refused(refused):
    refused(b"\x80\x04]\x94h\x00a.", "hold themselves")
    refused(b"\x80\x04}\x94" + text("a") + b"h\x00s.", "hold themselves")
    refused(b"\x80\x04" + b"]" * 5000 + b"a" * 4999 + b".", "deeper")
    refused(b"\x80\x04N" + b"\x85" * 4_000 + b".", "deeper")
    refused(b"\x80\x04}N" + b"\x85" * 4_000 + b"Ns.", "for a key")
    refused(b"\x80\x04\x8f(N" + b"\x85" * 4_000 + b"\x90.", "for a key")


def test_steps_and_time_are_bounded(tmp_path):
    path = write_zip(tmp_path / "x", b"\x80\x04" + b"N0" * 50_000 + b"N.")
    with pytest.raises(CheckpointError, match="more than 10,000 steps"):
        read_checkpoint(path, Limits(operations=10_000))
    with pytest.raises(CheckpointError, match="not read within"):
        read_checkpoint(path, Limits(seconds=0.0))
    with pytest.raises(CheckpointError, match="its index has"):
        read_checkpoint(path, Limits(index_bytes=1000))
    with pytest.raises(CheckpointError, match="at most 1,000 are read"):
        read_checkpoint(path, Limits(file_bytes=1000))


def test_keys_chosen_to_collide_cost_no_more_than_the_time_given(tmp_path):
    step = (1 << 61) - 1
    keys = b"".join(integer(number * step) + b"N" for number in range(1, 40_000))
    started = time.monotonic()
    with pytest.raises(CheckpointError, match="not read within"):
        read_checkpoint(write_zip(tmp_path / "x", b"\x80\x04}(" + keys + b"u."), Limits(seconds=0.5))
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("extra", "match"),
    [
        ([("archive/../../canary", b"x")], "leads elsewhere"),
        ([("/canary", b"x")], "leads elsewhere"),
        ([("archive/code/__torch__.py", b"import os")], "TorchScript"),
        ([("archive/constants.pkl", b"N.")], "TorchScript"),
        ([("other/data.pkl", b"N.")], "2 indexes"),
        ([("archive/byteorder", b"big")], "high byte"),
    ],
)
def test_zips_that_hold_what_weights_do_not_are_refused(extra, match, tmp_path):
    path = write_zip(tmp_path / "x", entry(tensor()), extra=extra)
    with pytest.raises(CheckpointError, match=match):
        read_checkpoint(path)
    assert not list(tmp_path.rglob("canary"))


def test_zip_bombs_are_refused(tmp_path):
    packed = write_zip(tmp_path / "a", entry(tensor()), {"0": bytes(1 << 24)}, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(CheckpointError, match="compressed"):
        read_checkpoint(packed)
    with pytest.warns(UserWarning, match="Duplicate"):
        write_zip(tmp_path / "b", entry(tensor()), extra=[("archive/data/0", bytes(16))])
    with pytest.raises(CheckpointError, match="twice"):
        read_checkpoint(tmp_path / "b")
    honest = write_zip(tmp_path / "c", entry(tensor())).read_bytes()
    place = honest.rfind(b"PK\x05\x06")
    crowded = honest[: place + 10] + struct.pack("<H", 65000) + struct.pack("<I", 1 << 31) + honest[place + 16 :]
    (tmp_path / "d").write_bytes(crowded)
    with pytest.raises(CheckpointError, match=r"lists 65,000 members|not a whole zip"):
        read_checkpoint(tmp_path / "d")
    with pytest.raises(CheckpointError, match="lists"):
        read_checkpoint(tmp_path / "c", Limits(members=1))


def test_members_that_overlap_are_refused(tmp_path):
    """Many entries of the directory that point at the same bytes: what is listed is more than the file."""
    content = write_zip(tmp_path / "x", entry(tensor()), {"0": bytes(5000)}).read_bytes()
    place = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    end = content.rfind(b"PK\x05\x06")
    listed = b"".join(
        content[place:end].replace(b"archive/data/0", f"archive/data/{number}".encode()) for number in range(10)
    )
    head = content[:place]
    size = place - content.index(b"PK\x01\x02") + len(listed)
    tail = bytearray(content[end:])
    struct.pack_into("<HHI", tail, 8, 11, 11, size)
    (tmp_path / "x").write_bytes(head + listed + bytes(tail))
    with pytest.raises(CheckpointError, match="more than the|not a whole zip"):
        read_checkpoint(tmp_path / "x")


def test_old_files_whose_storages_do_not_fit_are_refused(tmp_path):
    pickled = entry(tensor())
    for storages, keys, match in (
        ({"0": (4, bytes(8))}, None, "cut short"),
        ({"0": (5, bytes(20))}, None, "has not the 4 numbers"),
        ({"0": (4, bytes(16))}, [], "missing"),
        ({"0": (4, bytes(16)), "9": (4, bytes(16))}, None, "nothing refers"),
    ):
        with pytest.raises(CheckpointError, match=match):
            read_checkpoint(write_legacy(tmp_path / "x", pickled, storages, keys))
    view = b"(" + text("storage") + name("torch", "FloatStorage") + text("0") + text("cpu") + b"K\x04"
    beyond = view + b"(" + text("v") + integer(3) + integer(2) + b"ttQ"
    with pytest.raises(CheckpointError, match="reaches beyond"):
        read_checkpoint(write_legacy(tmp_path / "x", entry(tensor(held=beyond))))


def test_bytes_changed_at_random_are_read_or_refused_and_nothing_else(tmp_path):
    import numpy as np

    whole = write_legacy(tmp_path / "x", entry(tensor())).read_bytes()
    dice = np.random.default_rng(1)
    for _ in range(300):
        torn = bytearray(whole)
        for place in dice.integers(0, len(torn), 2):
            torn[place] = dice.integers(0, 256)
        (tmp_path / "x").write_bytes(torn[: dice.integers(1, len(torn) + 1)])
        try:
            tree = read_checkpoint(tmp_path / "x").tree
        except CheckpointError:
            continue
        assert not isinstance(tree, type)


def test_names_are_surveyed_without_anything_being_made_of_them(tmp_path):
    canary = tmp_path / "canary"
    path = write_zip(tmp_path / "x", pickle.dumps([touching(canary)[one] for one in sorted(touching(canary))]))
    names = survey_names(path)
    assert {"posix.system", "builtins.eval", "subprocess.Popen"} <= set(names)
    assert not canary.exists()
    assert numbers((1, 2)).startswith(b"(")
