"""findings: everything that we say about a cluster. Law: frozen, pure; imports only `kube`, `errors` and msgspec."""

from kubedx.findings.comparison import Comparison, Side, Summary, Unclear, compare, side_of, summary_of
from kubedx.findings.coverage import Coverage, ReadCount, RuleCrash, Skip, is_accepted
from kubedx.findings.diagnosis import Diagnosis, Preflight, Result, ResultError, Sensitive
from kubedx.findings.document import SCHEMA_VERSION, incident_document, to_document
from kubedx.findings.facts import Facts, LookUp
from kubedx.findings.finding import Evidence, EvidenceType, Finding, digest
from kubedx.findings.focus import Focus, Relation
from kubedx.findings.incident import (
    Change,
    Dossier,
    Excerpt,
    Explanation,
    ExplanationUsage,
    FieldChange,
    FieldDoc,
    Fix,
    Incident,
    Rival,
    RootCause,
    Symptom,
)
from kubedx.findings.scale import Confidence, Effect, Severity
from kubedx.findings.suppression import Acknowledgement, Ignore, Suppressed, SuppressedBy, Suppressions
from kubedx.findings.turns import Resolved, Turn, Turns
from kubedx.findings.verification import Standing, Verification

__all__ = [
    "SCHEMA_VERSION",
    "Acknowledgement",
    "Change",
    "Comparison",
    "Confidence",
    "Coverage",
    "Diagnosis",
    "Dossier",
    "Effect",
    "Evidence",
    "EvidenceType",
    "Excerpt",
    "Explanation",
    "ExplanationUsage",
    "Facts",
    "FieldChange",
    "FieldDoc",
    "Finding",
    "Fix",
    "Focus",
    "Ignore",
    "Incident",
    "LookUp",
    "Preflight",
    "ReadCount",
    "Relation",
    "Resolved",
    "Result",
    "ResultError",
    "Rival",
    "RootCause",
    "RuleCrash",
    "Sensitive",
    "Severity",
    "Side",
    "Skip",
    "Standing",
    "Summary",
    "Suppressed",
    "SuppressedBy",
    "Suppressions",
    "Symptom",
    "Turn",
    "Turns",
    "Unclear",
    "Verification",
    "compare",
    "digest",
    "incident_document",
    "is_accepted",
    "side_of",
    "summary_of",
    "to_document",
]
