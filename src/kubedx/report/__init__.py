"""report: one file a format. Law: pure; knows no inventory; imports only `findings`, `kube`, `errors`, rich and msgspec.

A format is a function from a `Diagnosis` and a `Style` to a string; `FORMATS` lists them by their name for `--output`.
"""

from kubedx.report.formats import FORMATS, Style, render, render_comparison

__all__ = ["FORMATS", "Style", "render", "render_comparison"]
