"""report: one file a format. Law: pure; knows no inventory; imports only `findings`, `kube`, `errors`, rich, jinja2 and msgspec.

A format is a function from a `Diagnosis` and a `Style` to a string; `FORMATS` lists them by their name for `--output`.
"""

from kubedx.report.formats import (
    FORMATS,
    SUFFIXES,
    Style,
    render,
    render_answer,
    render_comparison,
    render_evidence,
    render_explanations,
    render_turn,
)
from kubedx.report.rule_page import RulePage, RulePages

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "RulePage",
    "RulePages",
    "Style",
    "render",
    "render_answer",
    "render_comparison",
    "render_evidence",
    "render_explanations",
    "render_turn",
]
