"""What checkpoints of weights are made of: the names a pickle may hold, and what each stands for here.

Nothing of torch, numpy or NVIDIA's code is called: each name has a builder that makes an inert record out of checked
arguments. The tables are the whole of it; a name that is not in them is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from models.checkpoints.arrays import NumpyKind, PendingArray, scalar
from models.checkpoints.budget import Budget
from models.checkpoints.values import ITEM_BYTES, Attributes, ForeignObject, Named, Storage, StoredTensor
from schemas.errors import CheckpointError

_STORAGE_KINDS = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "UntypedStorage": "uint8",
}
_STORAGE_MODULES = ("torch", "torch.cuda", "torch.storage")
_DTYPES = frozenset(_STORAGE_KINDS.values())
_TYPES = ("object", "int", "float", "str", "bool", "list", "tuple")
_LABELS = frozenset(
    {
        *(f"torch.{name}" for name in _DTYPES),
        *(f"{python}.{name}" for python in ("builtins", "__builtin__") for name in _TYPES),
        "numpy.ndarray",
        "torch.Tensor",
        "torch.nn.parameter.Parameter",
    }
)
"""Names that may stand as arguments and stand for nothing but themselves."""
_DICTIONARIES = frozenset(
    {
        "collections.OrderedDict",
        "collections.defaultdict",
        "collections.Counter",
        "builtins.dict",
        "__builtin__.dict",
        "dnnlib.util.EasyDict",
    }
)
_NAMESPACES = frozenset({"argparse.Namespace", "types.SimpleNamespace"})

Outside = Callable[[object], Storage]
Nested = Callable[[bytes | memoryview], object]


def storage_dtype(kind: object) -> str:
    """The kind of number of a storage class.

    Raises:
        CheckpointError: it is no storage class.
    """
    if isinstance(kind, Named) and kind.module in _STORAGE_MODULES and kind.name in _STORAGE_KINDS:
        return _STORAGE_KINDS[kind.name]
    raise CheckpointError(f"its pickle is damaged: {_told(kind)} stands where a kind of storage is expected")


class AllowedNames:
    """The vocabulary of checkpoints of weights (see `machine.Vocabulary`).

    `outside` answers references to storages; `nested` reads a torch file held as bytes inside the pickle.
    """

    def __init__(self, budget: Budget, outside: Outside, nested: Nested) -> None:
        self.budget = budget
        self._outside = outside
        self._nested = nested

    def named(self, module: str, name: str) -> Named:
        """The label of an allowed name."""
        found = Named(module, name)
        known = found.full in _LABELS or found.full in _CALLS or found.full in _DICTIONARIES | _NAMESPACES
        if known or (module in _STORAGE_MODULES and name in _STORAGE_KINDS):
            return found
        return _refuse(found.full)

    def called(self, what: object, arguments: tuple[Any, ...]) -> object:
        """The record that a call stands for."""
        if not isinstance(what, Named):
            raise CheckpointError(f"its pickle is damaged: it calls {_told(what)}")
        if what.full in _DICTIONARIES or what.full in _NAMESPACES:
            return self._dictionary(what, arguments)
        builder = _CALLS.get(what.full)
        if builder is None:
            raise CheckpointError(f"it calls {what.full}, which no checkpoint of weights needs: nothing was run")
        return builder(self, *arguments)

    def made(self, what: object, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> object:
        """An empty dictionary for the dictionaries and namespaces; nothing else can be made."""
        allowed = isinstance(what, Named) and what.full in _DICTIONARIES | _NAMESPACES
        if not allowed or arguments or keywords:
            raise CheckpointError(f"it makes {_told(what)}, which no checkpoint of weights needs: nothing was run")
        return Attributes() if isinstance(what, Named) and what.full in _NAMESPACES else {}

    def filled(self, target: object, state: object) -> object:
        """Attributes of a namespace are kept, those of a dictionary (its version marks) are not."""
        if isinstance(target, NumpyKind | PendingArray):
            target.fill(state)
        elif isinstance(target, Attributes):
            parts = state if isinstance(state, tuple) else (state,)
            for part in parts:
                if part is not None:
                    self._take_attributes(target, part)
        elif not isinstance(target, dict):
            raise CheckpointError(f"it fills {_told(target)}, which no checkpoint of weights needs: nothing was run")
        return target

    def kept_outside(self, reference: object) -> Storage:
        """The storage that a reference names."""
        return self._outside(reference)

    def _take_attributes(self, target: Attributes, state: object) -> None:
        if not isinstance(state, dict) or not all(isinstance(key, str) for key in state):
            raise CheckpointError("its pickle is damaged: the state of a namespace is no dictionary of names")
        self.budget.copy(64 * len(state))
        target.update(state)

    def _dictionary(self, what: Named, arguments: tuple[Any, ...]) -> dict[Any, Any]:
        made: dict[Any, Any] = Attributes() if what.full in _NAMESPACES else {}
        if what.full == "collections.defaultdict":
            arguments = arguments[1:]
        for content in arguments[:1]:
            if not isinstance(content, dict | list):
                raise CheckpointError(f"its pickle is damaged: a dictionary is made of {_told(content)}")
            self.budget.copy(64 * len(content))
            pairs = content.items() if isinstance(content, dict) else content
            made.update({_plain_key(key): value for key, value in pairs})
        return made

    def _storage_in_bytes(self, content: object) -> object:
        if not isinstance(content, bytes | memoryview):
            raise CheckpointError("its pickle is damaged: a storage inside it is no bytes")
        return self._nested(content)

    def _tensor(
        self,
        storage: object,
        offset: int,
        shape: object,
        stride: object,
        *_: object,
    ) -> StoredTensor:
        if not isinstance(storage, Storage) or not isinstance(shape, tuple | list):
            raise CheckpointError("its pickle is damaged: a tensor without a storage or a shape")
        if not isinstance(stride, tuple | list):
            raise CheckpointError("its pickle is damaged: a tensor without strides")
        tensor = StoredTensor(storage, offset, tuple(shape), tuple(stride))
        tensor.check()
        self.budget.tensor(tensor.count * ITEM_BYTES[tensor.dtype])
        return tensor

    def _parameter(self, tensor: object, *_: object) -> StoredTensor:
        if not isinstance(tensor, StoredTensor):
            raise CheckpointError("its pickle is damaged: a parameter that is no tensor")
        return StoredTensor(tensor.storage, tensor.offset, tensor.shape, tensor.stride, is_parameter=True)

    def _tensor_of_kind(
        self,
        storage: object,
        offset: int,
        shape: object,
        stride: object,
        _grad: object,
        _hooks: object,
        kind: object,
        *_: object,
    ) -> StoredTensor:
        """A tensor whose storage is bytes and whose kind of number stands beside it."""
        dtype = kind.name if isinstance(kind, Named) and kind.module == "torch" and kind.name in _DTYPES else ""
        if not dtype or not isinstance(storage, Storage):
            raise CheckpointError(f"it holds a tensor of {_told(kind)}: that kind of number is not read")
        numbers = storage.count * ITEM_BYTES[storage.dtype] // ITEM_BYTES[dtype]
        return self._tensor(Storage(storage.key, dtype, numbers, storage.read), offset, shape, stride)

    def _of_type(self, build: object, _kind: object, arguments: tuple[Any, ...], *_: object) -> object:
        """A tensor or parameter with attributes of its own, which are left."""
        if not isinstance(build, Named) or build.module != "torch._utils":
            raise CheckpointError(f"it builds a tensor by {_told(build)}, which no checkpoint of weights needs")
        return self.called(build, arguments)

    def _persistent(self, meta: object) -> ForeignObject:
        """An object of NVIDIA's `torch_utils.persistence`: its class's name and its attributes. Its source is left."""
        if not isinstance(meta, dict) or meta.get("type") != "class":
            raise CheckpointError("its pickle is damaged: a persistent object does not say its class")
        name, state = meta.get("class_name"), meta.get("state")
        if not isinstance(name, str) or not isinstance(state, dict):
            raise CheckpointError("its pickle is damaged: a persistent object has no class name or no state")
        return ForeignObject(name[:100], state)

    def _reconstructed(self, what: object, base: object, state: object = None) -> object:
        """An object of protocol 0 or 1."""
        made = self.made(what, (), {})
        if isinstance(base, Named) and base.name == "dict" and isinstance(state, dict) and isinstance(made, dict):
            self.budget.copy(64 * len(state))
            made.update(state)
        return made

    def _encoded(self, text: str, encoding: str = "latin1") -> bytes:
        """Bytes as protocols 0 to 2 write them."""
        if encoding not in ("latin1", "latin-1") or not isinstance(text, str):
            raise CheckpointError("its pickle is damaged: bytes are written in an encoding of their own")
        self.budget.copy(len(text))
        return text.encode("latin-1")

    def _no_bytes(self) -> bytes:
        """The empty bytes of protocols 0 to 2."""
        return b""

    def _complex(self, real: float, imaginary: float) -> complex:
        return complex(real, imaginary)

    def _set(self, content: object = ()) -> set[Any]:
        if not isinstance(content, list | tuple | set | frozenset):
            raise CheckpointError(f"its pickle is damaged: a set is made of {_told(content)}")
        self.budget.copy(64 * len(content))
        return {_plain_key(item) for item in content}

    def _size(self, content: object = ()) -> tuple[int, ...]:
        if not isinstance(content, list | tuple) or not all(type(length) is int for length in content):
            raise CheckpointError("its pickle is damaged: a size is no row of whole numbers")
        self.budget.copy(16 * len(content))
        return tuple(content)

    def _device(self, *parts: object) -> str:
        return ":".join(str(part)[:20] for part in parts if isinstance(part, str | int))

    def _array(self, *_: object) -> PendingArray:
        return PendingArray(self.budget)

    def _array_of_buffer(self, content: object, kind: object, shape: object, order: object, *_: object) -> PendingArray:
        """An array of protocol 5."""
        if order not in ("C", "F"):
            raise CheckpointError(f"it holds a numpy array in the order {str(order)[:20]!r}: C and F are read")
        made = PendingArray(self.budget)
        made.fill((1, shape, kind, order == "F", content))
        return made

    def _scalar(self, kind: object, content: object = b"") -> object:
        return scalar(kind, content)

    def _kind(self, code: object, *_: object) -> NumpyKind:
        return NumpyKind(code)


_CALLS: dict[str, Callable[..., object]] = {
    "torch._utils._rebuild_tensor": AllowedNames._tensor,
    "torch._utils._rebuild_tensor_v2": AllowedNames._tensor,
    "torch._utils._rebuild_tensor_v3": AllowedNames._tensor_of_kind,
    "torch._utils._rebuild_parameter": AllowedNames._parameter,
    "torch._utils._rebuild_parameter_with_state": AllowedNames._parameter,
    "torch._tensor._rebuild_from_type_v2": AllowedNames._of_type,
    "torch.storage._load_from_bytes": AllowedNames._storage_in_bytes,
    "torch.Size": AllowedNames._size,
    "torch.device": AllowedNames._device,
    "torch_utils.persistence._reconstruct_persistent_obj": AllowedNames._persistent,
    "_codecs.encode": AllowedNames._encoded,
    "numpy.dtype": AllowedNames._kind,
}
for _python in ("builtins", "__builtin__"):
    _CALLS[f"{_python}.set"] = _CALLS[f"{_python}.frozenset"] = AllowedNames._set
    _CALLS[f"{_python}.bytes"] = AllowedNames._no_bytes
    _CALLS[f"{_python}.complex"] = AllowedNames._complex
for _registry in ("copyreg", "copy_reg"):
    _CALLS[f"{_registry}._reconstructor"] = AllowedNames._reconstructed
for _core in ("numpy.core", "numpy._core"):
    _CALLS[f"{_core}.multiarray._reconstruct"] = AllowedNames._array
    _CALLS[f"{_core}.numeric._frombuffer"] = AllowedNames._array_of_buffer
    _CALLS[f"{_core}.multiarray.scalar"] = AllowedNames._scalar


def _plain_key(value: Any) -> Any:  # noqa: ANN401 - what may be a key
    if isinstance(value, str | int | float | bytes | type(None)):
        return value
    raise CheckpointError(f"its pickle is damaged: {_told(value)} stands for a key")


def _told(value: object) -> str:
    return value.full[:120] if isinstance(value, Named) else f"a {type(value).__name__}"


def _refuse(name: str) -> NoReturn:
    raise CheckpointError(
        f"it names {name[:120]}, which no checkpoint of weights needs: it was refused and nothing was run; "
        "ask its maker for a state_dict or safetensors"
    )
