"""The pickle machine, protocols 0 to 5, that can call nothing.

What a stream names, calls, makes or fills is handed to a vocabulary, which answers with an inert value or refuses.
Long byte strings stay views of the stream. Instructions for registered extensions, buffers out of band and references
by text are unknown: no checkpoint needs them.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any, Final, Protocol

from models.checkpoints.budget import Budget
from models.checkpoints.stream import Stream
from schemas.errors import CheckpointError

_SCALARS = (str, int, float, bool, type(None), bytes)
_LONGEST_INTEGER = 1024
_SHORT_BYTES = 1 << 16
_MARK: Final = object()


class Vocabulary(Protocol):
    """What a stream may say."""

    def named(self, module: str, name: str) -> object:
        """The inert value of a name."""

    def called(self, what: object, arguments: tuple[Any, ...]) -> object:
        """What a call of it with those arguments stands for."""

    def made(self, what: object, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> object:
        """What a new object of that class stands for."""

    def filled(self, target: object, state: object) -> object:
        """The target after its state was given; it is the same object wherever else it is referred to."""

    def kept_outside(self, reference: object) -> object:
        """What a reference to something outside the pickle (a storage) stands for."""


class Machine:
    """One pickle being read."""

    def __init__(self, stream: Stream, vocabulary: Vocabulary, budget: Budget) -> None:
        self.stream = stream
        self.vocabulary = vocabulary
        self.budget = budget
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:  # noqa: ANN401 - what the pickle holds
        """The value of the pickle; the stream then stands behind it.

        Raises:
            CheckpointError: it is damaged, beyond a bound, or says what the vocabulary refuses.
        """
        try:
            while True:
                self.budget.step()
                code = self.stream.byte()
                if code == 0x2E:
                    return self._pop()
                step = _STEPS.get(code)
                if step is None:
                    raise CheckpointError(f"it holds the pickle instruction {code:#04x}, which no checkpoint needs")
                step(self)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as error:
            raise CheckpointError(f"its pickle is damaged at byte {self.stream.place:,} ({error})") from error

    def _pop(self) -> Any:  # noqa: ANN401 - what the pickle holds
        if not self.stack or self.stack[-1] is _MARK:
            raise CheckpointError(f"its pickle is damaged at byte {self.stream.place:,}: nothing is on the stack")
        return self.stack.pop()

    def _top(self) -> Any:  # noqa: ANN401 - what the pickle holds
        value = self._pop()
        self.stack.append(value)
        return value

    def _since_mark(self) -> list[Any]:
        items: list[Any] = []
        while self.stack:
            value = self.stack.pop()
            if value is _MARK:
                items.reverse()
                self.budget.step(len(items))
                return items
            items.append(value)
        raise CheckpointError(f"its pickle is damaged at byte {self.stream.place:,}: a mark is missing")

    def _push_tuple(self, count: int) -> None:
        items = [self._pop() for _ in range(count)]
        self.stack.append(tuple(reversed(items)))

    def _put(self, number: int) -> None:
        self.memo[number] = self._top()

    def _get(self, number: int) -> None:
        if number not in self.memo:
            raise CheckpointError(f"its pickle is damaged: it refers to {number}, which it did not remember")
        self.stack.append(self.memo[number])

    def _store(self, pairs: list[Any]) -> None:
        target = self._top()
        if not isinstance(target, dict) or len(pairs) % 2:
            raise CheckpointError("its pickle is damaged: it puts entries into what is no dictionary")
        for place in range(0, len(pairs), 2):
            if not place & 1023:
                self.budget.look_at_the_clock()
            target[_key(pairs[place])] = pairs[place + 1]

    def _append(self, items: list[Any]) -> None:
        target = self._top()
        if not isinstance(target, list):
            raise CheckpointError("its pickle is damaged: it appends to what is no list")
        target.extend(items)

    def _add(self, items: list[Any]) -> None:
        target = self._top()
        if not isinstance(target, set):
            raise CheckpointError("its pickle is damaged: it adds to what is no set")
        target.update(_key(item) for item in items)

    def _name(self, module: object, name: object) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise CheckpointError("its pickle is damaged: it names something without a name")
        self.stack.append(self.vocabulary.named(module, name))

    def _name_of_lines(self) -> None:
        self._name(self.stream.line().decode(), self.stream.line().decode())

    def _name_of_stack(self) -> None:
        name, module = self._pop(), self._pop()
        self._name(module, name)

    def _call(self) -> None:
        arguments, what = self._pop(), self._pop()
        self.stack.append(self.vocabulary.called(what, _tuple(arguments)))

    def _call_of_lines(self) -> None:
        what = self.vocabulary.named(self.stream.line().decode(), self.stream.line().decode())
        self.stack.append(self.vocabulary.called(what, tuple(self._since_mark())))

    def _call_of_mark(self) -> None:
        what, *arguments = self._since_mark()
        self.stack.append(self.vocabulary.called(what, tuple(arguments)))

    def _make(self, *, with_keywords: bool = False) -> None:
        keywords = self._pop() if with_keywords else {}
        arguments, what = self._pop(), self._pop()
        if not isinstance(keywords, dict):
            raise CheckpointError("its pickle is damaged: keywords are no dictionary")
        self.stack.append(self.vocabulary.made(what, _tuple(arguments), keywords))

    def _fill(self) -> None:
        state, target = self._pop(), self._pop()
        self.stack.append(self.vocabulary.filled(target, state))

    def _keep_outside(self) -> None:
        self.stack.append(self.vocabulary.kept_outside(self._pop()))

    def _frame(self) -> None:
        if (size := self.stream.unsigned(8)) > self.stream.left:
            raise CheckpointError(f"it declares a frame of {size:,} bytes where {self.stream.left:,} are left")

    def _protocol(self) -> None:
        if (protocol := self.stream.byte()) > 5:
            raise CheckpointError(f"it is a pickle of protocol {protocol}: 0 to 5 are known")

    def _integer_line(self) -> None:
        line = self.stream.line().removesuffix(b"L")
        if len(line) > _LONGEST_INTEGER:
            raise CheckpointError(f"it holds a number of {len(line):,} digits: it is damaged")
        self.stack.append({b"00": False, b"01": True}.get(line) if line in (b"00", b"01") else int(line))

    def _long(self, width: int) -> None:
        size = self.stream.unsigned(width)
        if size > _LONGEST_INTEGER:
            raise CheckpointError(f"it holds a number of {size:,} bytes: it is damaged")
        self.stack.append(self.stream.signed(size))

    def _text(self, content: bytes | memoryview, encoding: str) -> None:
        self.stack.append(codecs.decode(bytes(content), encoding))

    def _quoted(self) -> None:
        line = self.stream.line()
        if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b"'", b'"'):
            raise CheckpointError("its pickle is damaged: a string is not quoted")
        self._text(codecs.escape_decode(line[1:-1])[0], "latin-1")

    def _forget(self) -> None:
        if not self.stack:
            raise CheckpointError("its pickle is damaged: nothing is on the stack")
        self.stack.pop()

    def _forget_to_mark(self) -> None:
        self._since_mark()

    def _bytes(self, width: int) -> None:
        found = self.stream.prefixed(width)
        self.stack.append(bytes(found) if len(found) <= _SHORT_BYTES else found)

    def _push_dictionary(self) -> None:
        pairs = self._since_mark()
        self.stack.append({})
        self._store(pairs)

    def _store_one(self) -> None:
        value, key = self._pop(), self._pop()
        self._store([key, value])


def _tuple(arguments: object) -> tuple[Any, ...]:
    if not isinstance(arguments, tuple):
        raise CheckpointError("its pickle is damaged: a call without a tuple of arguments")
    return arguments


def _key(value: object) -> Any:  # noqa: ANN401 - what may be a key
    """A key of a dictionary or set: a plain value, or a flat tuple of such (deep ones overflow when hashed)."""
    if isinstance(value, _SCALARS) or (isinstance(value, tuple) and all(isinstance(one, _SCALARS) for one in value)):
        return value
    raise CheckpointError(f"it has a {type(value).__name__} for a key, where plain values are expected")


_STEPS: Final[dict[int, Callable[[Machine], None]]] = {
    0x80: Machine._protocol,
    0x95: Machine._frame,
    ord("("): lambda m: m.stack.append(_MARK),
    ord("0"): Machine._forget,
    ord("1"): Machine._forget_to_mark,
    ord("2"): lambda m: m.stack.append(m._top()),
    ord("N"): lambda m: m.stack.append(None),
    0x88: lambda m: m.stack.append(True),
    0x89: lambda m: m.stack.append(False),
    ord("I"): Machine._integer_line,
    ord("L"): Machine._integer_line,
    ord("J"): lambda m: m.stack.append(m.stream.signed(4)),
    ord("K"): lambda m: m.stack.append(m.stream.unsigned(1)),
    ord("M"): lambda m: m.stack.append(m.stream.unsigned(2)),
    0x8A: lambda m: m._long(1),
    0x8B: lambda m: m._long(4),
    ord("F"): lambda m: m.stack.append(float(m.stream.line())),
    ord("G"): lambda m: m.stack.append(m.stream.double()),
    ord("S"): Machine._quoted,
    ord("U"): lambda m: m._text(m.stream.prefixed(1), "latin-1"),
    ord("T"): lambda m: m._text(m.stream.prefixed(4), "latin-1"),
    ord("V"): lambda m: m._text(m.stream.line(), "raw-unicode-escape"),
    0x8C: lambda m: m._text(m.stream.prefixed(1), "utf-8"),
    ord("X"): lambda m: m._text(m.stream.prefixed(4), "utf-8"),
    0x8D: lambda m: m._text(m.stream.prefixed(8), "utf-8"),
    ord("C"): lambda m: m._bytes(1),
    ord("B"): lambda m: m._bytes(4),
    0x8E: lambda m: m._bytes(8),
    0x96: lambda m: m._bytes(8),
    ord(")"): lambda m: m.stack.append(()),
    0x85: lambda m: m._push_tuple(1),
    0x86: lambda m: m._push_tuple(2),
    0x87: lambda m: m._push_tuple(3),
    ord("t"): lambda m: m.stack.append(tuple(m._since_mark())),
    ord("]"): lambda m: m.stack.append([]),
    ord("l"): lambda m: m.stack.append(m._since_mark()),
    ord("}"): lambda m: m.stack.append({}),
    ord("d"): Machine._push_dictionary,
    ord("s"): Machine._store_one,
    ord("u"): lambda m: m._store(m._since_mark()),
    0x8F: lambda m: m.stack.append(set()),
    0x91: lambda m: m.stack.append(frozenset(_key(item) for item in m._since_mark())),
    ord("a"): lambda m: m._append([m._pop()]),
    ord("e"): lambda m: m._append(m._since_mark()),
    0x90: lambda m: m._add(m._since_mark()),
    ord("c"): Machine._name_of_lines,
    0x93: Machine._name_of_stack,
    ord("R"): Machine._call,
    ord("i"): Machine._call_of_lines,
    ord("o"): Machine._call_of_mark,
    0x81: Machine._make,
    0x92: lambda m: m._make(with_keywords=True),
    ord("b"): Machine._fill,
    ord("Q"): Machine._keep_outside,
    ord("g"): lambda m: m._get(int(m.stream.line())),
    ord("h"): lambda m: m._get(m.stream.unsigned(1)),
    ord("j"): lambda m: m._get(m.stream.unsigned(4)),
    ord("p"): lambda m: m._put(int(m.stream.line())),
    ord("q"): lambda m: m._put(m.stream.unsigned(1)),
    ord("r"): lambda m: m._put(m.stream.unsigned(4)),
    0x94: lambda m: m._put(len(m.memo)),
}
