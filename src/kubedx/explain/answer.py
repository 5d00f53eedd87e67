"""A model's answer: read leniently, checked strictly. It is untrusted text, like what the cluster wrote."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from kubedx.explain.clean import clean_line, clean_text
from kubedx.kube import pattern_of

MAX_SUMMARY = 1200
MAX_STEP = 800
MAX_ITEMS = 12
_MAX_ANSWER = 100_000

_THOUGHT = pattern_of(r"<(think|thinking|reasoning|thought)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHT = pattern_of(r"\A.*?</(?:think|thinking|reasoning|thought)>", re.DOTALL | re.IGNORECASE)
_ERROR = pattern_of(r"^[\s*#_]*(?:error|错误|故障|问题)[*_]*\s*[:\uff1a][*_]*\s*(.*)$", re.IGNORECASE)
_SOLUTION = pattern_of(r"^[\s*#_]*(?:solution|解决方案|解决办法|解决方法|方案)[*_]*\s*[:\uff1a][*_]*\s*(.*)$", re.IGNORECASE)
_ITEM = pattern_of(r"^\s*(?:(?:step|步骤)\s*)?(?:\d{1,2}[.)\u3001:]|[-*\u2022])\s+(.*)$", re.IGNORECASE)
_INLINE_ITEM = pattern_of(r"\s(?=\d{1,2}[.)]\s+\S)")
_NUMBER = pattern_of(r"\d{1,2}")
_PROGRAMS = (
    r"(?:kubectl|oc|helm|docker|podman|crictl|systemctl|journalctl|sudo|curl|wget|ssh|scp|nc|rm|dd|bash|sh|eval|python3?"
    r"|chmod|chown|export)"
)
_COMMAND_LINE = pattern_of(rf"^\s*(?:\$\s+)?({_PROGRAMS}\s.+)$")
_CODE_SPAN = pattern_of(rf"`{{1,3}}(?:\w*\n)?\s*(?:\$\s+)?({_PROGRAMS}\s[^`\n]+)")
_CITED = pattern_of(r"(?<![A-Za-z0-9])e\d{1,4}(?![A-Za-z0-9])")
_BLANK_OF_THE_FORM = pattern_of(
    r"<[^<>]*>?[.:]?|…|\.\.\.|kubectl …|what is wrong and why, at most three sentences"
    r"|(?:what is wrong, at most two sentences)?\s*(?:why, in one sentence, by the evidence)?"
)
_JSON_STRING = r'"(?:[^"\\]|\\.)*"'


class Answer(msgspec.Struct, frozen=True):
    """What a model said, in parts, not checked yet."""

    summary: str
    steps: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()

    def map(self, change: Callable[[str], str]) -> "Answer":
        """The same answer with every text changed."""
        return Answer(
            change(self.summary), *(tuple(change(text) for text in texts) for texts in (self.steps, self.commands, self.citations))
        )


def parse_answer(text: str) -> Answer | None:
    """The answer in a model's text: its JSON object, wherever it stands, else plain text.

    None when it says nothing, or only repeats the blanks of the form that it was to fill in, as very small models do.
    """
    bare = _without_thoughts(clean_text(text[:_MAX_ANSWER])).strip()
    document = _find_object(bare) or _salvage(bare)
    answer = _without_blanks(_from_document(document) if document else _from_text(bare))
    return answer if answer.summary or answer.steps else None


def is_whole(text: str) -> bool:
    """Whether nothing of an answer is missing: the JSON object that it began has an end."""
    bare = _without_thoughts(clean_text(text[:_MAX_ANSWER])).strip()
    return _find_object(bare) is not None or _salvage(bare) is None


def _without_blanks(answer: Answer) -> Answer:
    def filled(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(text for text in texts if not _BLANK_OF_THE_FORM.fullmatch(text.strip()))

    summary = next(iter(filled((answer.summary,))), "")
    return Answer(summary, filled(answer.steps), filled(answer.commands), answer.citations)


def _without_thoughts(text: str) -> str:
    """The text without what a reasoning model thought; the opening tag may be missing (its template wrote it)."""
    return _OPEN_THOUGHT.sub("", _THOUGHT.sub("", text))


def _find_object(text: str) -> dict[str, Any] | None:
    decoder = json.JSONDecoder(strict=False)
    position = -1
    for _ in range(20):
        position = text.find("{", position + 1)
        if position < 0:
            return None
        try:
            value, _ = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and {str(key).lower() for key in value} & {"summary", "steps", "error", "solution"}:
            return {str(key).lower(): item for key, item in value.items()}
    return None


def _salvage(text: str) -> dict[str, Any] | None:
    """What can be read of a JSON object that was cut short or is slightly wrong."""
    summary = re.search(rf'"summary"\s*:\s*({_JSON_STRING})', text)
    if not summary:
        return None
    document: dict[str, Any] = {"summary": _json_text(summary[1])}
    for key in ("steps", "commands", "citations"):
        items = re.search(rf'"{key}"\s*:\s*\[((?:\s*{_JSON_STRING}\s*,?)*)', text)
        document[key] = [_json_text(item) for item in re.findall(_JSON_STRING, items[1])] if items else []
    return document


def _json_text(literal: str) -> str:
    try:
        return str(json.loads(literal, strict=False))
    except ValueError:
        return literal[1:-1]


def _from_document(document: dict[str, Any]) -> Answer:
    steps = _texts(document.get("steps") or document.get("solution"))
    if len(steps) == 1:
        steps = _split_steps(steps[0])
    summary, cause = _first_text(document.get("summary"), document.get("error")), _first_text(document.get("cause"))
    if cause and cause.strip().rstrip(".") not in summary:
        summary = f"{summary.strip()} {cause.strip()}".strip()
    return Answer(
        summary=clean_line(summary, MAX_SUMMARY),
        steps=_bounded(_without_number(step) for step in steps),
        commands=_bounded(re.sub(r"^\s*(?:`+|\$\s)\s*|`+\s*$", "", command) for command in _texts(document.get("commands"))),
        citations=tuple(cited for text in _texts(document.get("citations"))[:50] for cited in [clean_line(text.strip("[] "), 40)] if cited),
    )


def _texts(value: object) -> list[str]:
    """Texts of a list of texts, or of objects that hold them (`{"step": …, "command": …}`)."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        parts = [str(item) for item in value.values() if isinstance(item, str) and item.strip()]
        return ["\n".join(parts)] if parts else []
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []


def _first_text(*values: object) -> str:
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def _from_text(text: str) -> Answer:
    summary: list[str] = []
    steps: list[str] = []
    in_steps = False
    for line in text.split("\n"):
        error, solution = _ERROR.match(line), _SOLUTION.match(line)
        if error:
            summary, in_steps = [error[1]], False
        elif solution:
            in_steps = True
            steps += _split_steps(solution[1])
        elif item := _ITEM.match(line):
            in_steps = True
            steps.append(item[1])
        elif in_steps and steps and line.strip():
            steps[-1] += "\n" + line.strip()
        elif in_steps and line.strip():
            steps.append(line.strip())
        elif not in_steps:
            summary.append(line)
    return Answer(
        summary=clean_line(" ".join(summary).replace("**", ""), MAX_SUMMARY),
        steps=_bounded(_without_number(step) for step in steps),
        commands=_bounded(command for step in steps for command in commands_in(step)),
        citations=tuple(dict.fromkeys(_CITED.findall(text)))[:50],
    )


def _split_steps(text: str) -> list[str]:
    """Steps that stand on one line, or one a line. Only the next number begins a step: a sentence may end with any."""
    steps: list[str] = []
    for line in text.split("\n"):
        begun = len(steps)
        for part in _INLINE_ITEM.split(f" {line}"):
            number = _NUMBER.match(part)
            if len(steps) > begun and not (number and int(number[0]) == len(steps) + 1):
                steps[-1] += f" {part.strip()}"
            elif part.strip():
                steps.append(part.strip())
    return steps


def _without_number(step: str) -> str:
    item = _ITEM.match(step)
    return item[1] if item else step


def _bounded(texts: Iterable[str]) -> tuple[str, ...]:
    """At most MAX_ITEMS texts without fences and empty lines, each cut to MAX_STEP, none twice."""
    cleaned = (
        "\n".join(line.rstrip() for line in clean_text(text).split("\n") if line.strip() and not line.strip().startswith("```"))
        for text in texts
    )
    return tuple(dict.fromkeys(text.strip()[:MAX_STEP] for text in cleaned if text.strip()))[:MAX_ITEMS]


def commands_in(step: str) -> list[str]:
    """The commands in a step: on a line of their own, or between backticks."""
    lines = [match[1] for line in step.split("\n") for match in [_COMMAND_LINE.match(line)] if match]
    return [*lines, *(match[1].strip() for match in _CODE_SPAN.finditer(step))]
