"""What of an answer stands while the rest is still being written: whole sentences and whole steps, and never half a command."""

import json
import re

from kubedx.kube import pattern_of

# The cause, which may follow the summary, is told in one paragraph with it; both are whole when the next list begins.
_LIST_BEGINS = pattern_of(r'"summary".*"(?:steps|commands)"\s*:\s*\[', re.DOTALL)
_ENDS = ("]}", "}", ": []}")


def standing_part(text: str) -> str:
    """The part of a text that will not change, in a form that `parse_answer` reads; empty where there is none yet.

    Of a JSON object that is its strings that are closed, once its summary is told; of plain text its whole lines.
    """
    bare = text.lstrip()
    if not bare.startswith(("<", "`", "{", "[")):
        return text[: text.rfind("\n") + 1].rstrip()
    begun = text[text.find("{") : text.rfind('"') + 1]
    if not _LIST_BEGINS.search(text):
        return ""
    return next((begun + end for end in _ENDS if _is_json(begun + end)), "")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
