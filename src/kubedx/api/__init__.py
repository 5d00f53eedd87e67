"""api: kubedx for Python programs, which import its names from `kubedx` itself.

Law: joins the rooms below it as the command line does, and is safe in a program that lives long: it prints nothing, writes no file, and
leaves signals, the garbage collector and the environment alone. Nothing leaves for a language model unless a backend is named.
"""

from kubedx.api.diagnosing import diagnose
from kubedx.api.place import Cluster, Demo, Dump
from kubedx.api.rendering import DOCS_URL, render, rule_pages
from kubedx.errors import KubedxError
from kubedx.findings import Diagnosis, Incident, Severity

__all__ = [
    "DOCS_URL",
    "Cluster",
    "Demo",
    "Diagnosis",
    "Dump",
    "Incident",
    "KubedxError",
    "Severity",
    "diagnose",
    "render",
    "rule_pages",
]
