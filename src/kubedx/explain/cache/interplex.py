"""Interplex, k8sgpt's own cache server: gRPC without TLS, three unary calls of strings.

Its schema (github.com/interplex-ai/schemas, schema/v1/cache.proto, package schema.v1): CacheService Set(key = 1, value = 2),
Get(key = 1) -> (value = 1), Delete(key = 1). Such small messages are read and written here, so that no generated code has to share a
symbol table with k8sgpt's schema of the same package name.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from kubedx.errors import CacheError
from kubedx.explain.cache.store import MAX_SIZE, Entry, checked_name
from kubedx.explain.clean import clean_line

LOCAL = "localhost:8084"
"""Where k8sgpt looks when INTERPLEX_LOCAL_MODE is set."""

SECONDS = 10.0

_SERVICE = "/schema.v1.CacheService/"


def encode_strings(fields: Mapping[int, str]) -> bytes:
    """A message of strings by field number (https://protobuf.dev/programming-guides/encoding/); empty ones are left out, as in proto3."""
    parts = []
    for number, text in fields.items():
        body = text.encode()
        if body:
            parts.append(bytes([number << 3 | 2]) + _varint(len(body)) + body)
    return b"".join(parts)


def decode_strings(message: bytes) -> dict[int, str]:
    """The strings of a message by field number; other fields are skipped. Raises ValueError for what is no message."""
    fields: dict[int, str] = {}
    position = 0
    while position < len(message):
        tag, position = _read_varint(message, position)
        length, position = _length(message, position, tag & 7)
        if position + length > len(message):
            raise ValueError("a field is longer than its message")
        if tag & 7 == 2:
            fields[tag >> 3] = message[position : position + length].decode("utf-8", "replace")
        position += length
    return fields


class InterplexStore:
    """Entries in an Interplex server, which lists none and has no clock."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._channel: Any = None

    @property
    def place(self) -> str:
        """The server."""
        return f"interplex {self._target}"

    def prepare(self) -> None:
        """Ask for an entry that is not there: whoever answers is a cache."""
        self.load("kubedx-probe")

    def load(self, name: str) -> bytes | None:
        """The value of a key; the server answers `not found`, or nothing, for a key that it does not know."""
        with self._failures("read"):
            get = self._call("Get")
            try:
                value = decode_strings(get(encode_strings({1: checked_name(name)}), timeout=SECONDS)).get(1, "")
            except Exception as error:
                if _is_absent(error):
                    return None
                raise
        body = value.encode()
        return body if 0 < len(body) <= MAX_SIZE else None

    def save(self, name: str, body: bytes) -> None:
        """Set a key."""
        with self._failures("written"):
            self._call("Set")(encode_strings({1: checked_name(name), 2: body.decode()}), timeout=SECONDS)

    def entries(self) -> list[Entry]:
        """Refuse: its protocol has no word for it."""
        raise CacheError(f"the cache {self.place} cannot list what it keeps; purge an entry by its name")

    def delete(self, name: str) -> bool:
        """Delete a key; whether it was there is known by looking first."""
        found = self.load(name) is not None
        with self._failures("changed"):
            if found:
                self._call("Delete")(encode_strings({1: checked_name(name)}), timeout=SECONDS)
        return found

    def close(self) -> None:
        """Close the connection."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _call(self, method: str) -> Callable[..., bytes]:
        if self._channel is None:
            try:
                grpc = import_module("grpc")
            except ImportError as error:
                raise CacheError(
                    "the cache interplex needs a package that is not installed; run: pip install 'kubedx[interplex]'"
                ) from error
            self._channel = grpc.insecure_channel(self._target, options=(("grpc.max_receive_message_length", 2 * MAX_SIZE),))
        call: Callable[..., bytes] = self._channel.unary_unary(_SERVICE + method, request_serializer=None, response_deserializer=None)
        return call

    @contextlib.contextmanager
    def _failures(self, deed: str) -> Iterator[None]:
        try:
            yield
        except CacheError:
            raise
        except Exception as error:  # grpc's errors have no base of their own that could be named without importing it
            detail = getattr(error, "details", None)
            reason = clean_line(str(detail() if callable(detail) else error), 200).rstrip(".") or type(error).__name__
            raise CacheError(f"the cache {self.place} cannot be {deed}: {reason}") from error


def _is_absent(error: Any) -> bool:
    """Whether the server says that it does not know a key: by gRPC's code, or in words where it uses no code."""
    if not callable(getattr(error, "code", None)):
        return False
    code = error.code().name
    return code == "NOT_FOUND" or (code == "UNKNOWN" and "not found" in str(error.details()).lower())


def _varint(number: int) -> bytes:
    digits = bytearray()
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    digits.append(number)
    return bytes(digits)


def _read_varint(message: bytes, position: int) -> tuple[int, int]:
    number = 0
    for place in range(10):
        if position + place >= len(message):
            break
        digit = message[position + place]
        number |= (digit & 0x7F) << (7 * place)
        if digit < 0x80:
            return number, position + place + 1
    raise ValueError("a number without an end")


def _length(message: bytes, position: int, wire_type: int) -> tuple[int, int]:
    """How long a field is, and where it begins."""
    match wire_type:
        case 0:
            end = _read_varint(message, position)[1]
            return end - position, position
        case 1:
            return 8, position
        case 2:
            return _read_varint(message, position)
        case 5:
            return 4, position
        case _:
            raise ValueError(f"wire type {wire_type} is not known")
