"""The text that the command `k8sgpt` prints, for people and scripts that know it.

Source of the shape: k8sgpt v0.4, pkg/analysis/output.go, textOutput.
"""

from kubedx.findings import Diagnosis, Result
from kubedx.report.printable import printable

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bright yellow": "93"}


def render_k8sgpt_text(diagnosis: Diagnosis, *, colour: bool, explain: bool) -> str:
    """k8sgpt's text: results with their errors, numbered from 0. What could not be read stands among the warnings."""

    def paint(text: str, name: str) -> str:
        return f"\x1b[{_CODES[name]}m{printable(text)}\x1b[0m" if colour else printable(text)

    provider = (diagnosis.provider or "none; the built-in playbook explains") if explain else "AI not used; --explain not set"
    parts = [f"AI Provider: {paint(provider, 'yellow')}\n"]
    warnings = (*diagnosis.errors, *(gap.message for gap in diagnosis.coverage.gaps))
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


def _errors(result: Result) -> list[tuple[str, str]]:
    """Each line of a result, with what stands before it."""
    lines = []
    for error in result.error:
        lines.append(("- ", f"Error: {error.text}"))
        if error.kubernetes_doc:
            lines.append(("  ", f"Kubernetes Doc: {error.kubernetes_doc}"))
    return lines
