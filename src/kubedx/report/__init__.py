"""report: one file a format. Law: pure; knows no inventory; imports only `findings`, `kube`, `errors`, rich, jinja2 and msgspec.

A format is a function from a `Diagnosis` and a `Style` to a string; `FORMATS` lists them by their name for `--output`.
"""

from kubedx.report.formats import (
    COMPARISON_FORMATS,
    FORMATS,
    SUFFIXES,
    VERIFICATION_FORMATS,
    Style,
    render,
    render_answer,
    render_comparison,
    render_evidence,
    render_explanations,
    render_turn,
    render_verification,
)
from kubedx.report.rule_page import RulePage, RulePages

__all__ = [
    "COMPARISON_FORMATS",
    "FORMATS",
    "SUFFIXES",
    "VERIFICATION_FORMATS",
    "RulePage",
    "RulePages",
    "Style",
    "render",
    "render_answer",
    "render_comparison",
    "render_evidence",
    "render_explanations",
    "render_turn",
    "render_verification",
]
