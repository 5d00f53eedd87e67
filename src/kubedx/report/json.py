"""The JSON document of design §6, for programs. `diagnosis.schema.json` beside this file describes it."""

from typing import Any

import msgspec

from kubedx.findings import Diagnosis, to_document
from kubedx.kube import pattern_of

# Legal in JSON and harmful in a terminal or in YAML: DEL, the C1 controls, reordering and invisible marks, what is no character.
# Outside of strings none can occur.
_HARMFUL = pattern_of("[\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]")
_LONE_SURROGATE = pattern_of("[\ud800-\udfff]")


def render_json(diagnosis: Diagnosis, *, tool_version: str) -> str:
    """The document with two spaces of indent and a line end. Letters of every script stand as they are."""
    return json_text(to_document(diagnosis, tool_version=tool_version))


def json_text(document: dict[str, Any]) -> str:
    """Any document as JSON, with two spaces of indent and a line end. Bytes that are no text become U+FFFD."""
    return escaped(msgspec.json.format(_encoded(document), indent=2).decode()) + "\n"


def plain(document: dict[str, Any]) -> dict[str, Any]:
    """Any document as `json_text` writes it, of JSON's own types and in legal Unicode."""
    decoded: dict[str, Any] = msgspec.json.decode(_encoded(document))
    return decoded


def escaped(text: str) -> str:
    """JSON text with everything escaped that would reorder or hide letters of a terminal."""
    return _HARMFUL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _encoded(document: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:  # bytes of a file name that are no text, for one
        return msgspec.json.encode(_without_surrogates(document))


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return [_without_surrogates(item) for item in value] if isinstance(value, (list, tuple)) else value
