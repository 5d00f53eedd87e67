"""The text and the JSON that the command `k8sgpt` prints, for people and scripts that know them.

Source of the shapes: k8sgpt v0.4, pkg/analysis/output.go, textOutput and jsonOutput.
"""

import msgspec

from kubedx.findings import Diagnosis, Result
from kubedx.kube import Gap, GapReason
from kubedx.report.json import render_json
from kubedx.report.printable import printable

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bright yellow": "93"}


_HTML = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
"""What Go's encoding/json escapes, so that JSON may stand in a page. Outside of strings none of them can occur."""


def render_k8sgpt_json(diagnosis: Diagnosis, *, tool_version: str) -> str:
    """Our document, which holds k8sgpt's keys, with what went wrong as errors and the signs of HTML escaped, as k8sgpt has them."""
    warned = msgspec.structs.replace(diagnosis, errors=tuple(_failures(diagnosis)))
    return render_json(warned, tool_version=tool_version).translate(_HTML)


def render_k8sgpt_text(diagnosis: Diagnosis, *, colour: bool, explain: bool) -> str:
    """k8sgpt's text: results with their errors, numbered from 0. What could not be read or judged stands among the warnings."""

    def paint(text: str, name: str) -> str:
        return f"\x1b[{_CODES[name]}m{printable(text)}\x1b[0m" if colour else printable(text)

    provider = (diagnosis.provider or "none; the built-in playbook explains") if explain else "AI not used; --explain not set"
    parts = [f"AI Provider: {paint(provider, 'yellow')}\n"]
    warnings = _warnings(diagnosis)
    if warnings:
        parts.append(f"\n{paint('Warnings : ', 'yellow')}\n")
        parts.extend(f"- {paint(warning, 'yellow')}\n" for warning in warnings)
    parts.append("\n")
    if not diagnosis.results:
        parts.append(f"{paint('No problems detected', 'green')}\n")
    for number, result in enumerate(diagnosis.results):
        head = f"{paint(result.kind, 'bright yellow')} {paint(result.name, 'yellow')}({paint(result.parent_object, 'cyan')})"
        parts.append(f"{paint(str(number), 'cyan')}: {head}\n")
        parts.extend(f"{lead}{paint(text, 'red')}\n" for lead, text in _errors(result))
        parts.append(f"{paint(result.details, 'green')}\n")
    return "".join(parts)


def _warnings(diagnosis: Diagnosis) -> list[str]:
    """What went wrong, one line each; what a dump does not hold is told in one."""
    lacking = dict.fromkeys(gap.kind for gap in diagnosis.coverage.gaps if _is_not_dumped(gap))
    return [*_failures(diagnosis), *([f"not in the dump: {', '.join(lacking)}"] if lacking else [])]


def _failures(diagnosis: Diagnosis) -> list[str]:
    coverage = diagnosis.coverage
    unread = [gap.message for gap in coverage.gaps if not _is_not_dumped(gap)]
    blind = [f"[{skip.code}] {skip.reason}" for skip in coverage.skipped if not skip.lacks]
    failed = [f"[{crash.code}] {crash.ref}: {crash.error}" for crash in coverage.crashed]
    return [*diagnosis.errors, *unread, *blind, *failed]


def _is_not_dumped(gap: Gap) -> bool:
    return gap.reason is GapReason.NOT_IN_DUMP and not gap.name


def _errors(result: Result) -> list[tuple[str, str]]:
    """Each line of a result, with what stands before it."""
    lines = []
    for error in result.error:
        lines.append(("- ", f"Error: {error.text}"))
        if error.kubernetes_doc:
            lines.append(("  ", f"Kubernetes Doc: {error.kubernetes_doc}"))
    return lines
