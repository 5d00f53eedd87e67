"""What of an answer stands while the rest is still being written: whole sentences and whole steps, and never half a command."""

import re

_SUMMARY = re.compile(r'"summary"\s*:\s*"(?:[^"\\]|\\.)*"\s*[,}]')


def standing_part(text: str) -> str:
    """The part of a text that will not change, in a form that `parse_answer` reads; empty where there is none yet.

    Of a JSON object that is its strings that are closed, from its summary on; of plain text its whole lines.
    """
    bare = text.lstrip()
    if bare.startswith(("<", "`", "{", "[")):
        return text[: text.rfind('"') + 1] if _SUMMARY.search(text) else ""
    return text[: text.rfind("\n") + 1].rstrip()
