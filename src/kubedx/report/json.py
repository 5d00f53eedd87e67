"""The JSON document of design §6, for programs. `diagnosis.schema.json` beside this file describes it."""

import re

import msgspec

from kubedx.findings import Diagnosis, to_document

# Legal in JSON and harmful in a terminal: DEL, the C1 controls, reordering and invisible marks. Outside of strings none can occur.
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def render_json(diagnosis: Diagnosis, *, tool_version: str) -> str:
    """The document with two spaces of indent and a line end. Letters of every script stand as they are."""
    document = to_document(diagnosis, tool_version=tool_version)
    try:
        compact = msgspec.json.encode(document)
    except UnicodeEncodeError:  # bytes of a file name that are no text, for one
        compact = msgspec.json.encode(_without_surrogates(document))
    text = msgspec.json.format(compact, indent=2).decode()
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return [_without_surrogates(item) for item in value] if isinstance(value, list) else value
