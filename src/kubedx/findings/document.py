"""A diagnosis as the JSON document of design §6: a superset of k8sgpt's object."""

from typing import Any

import msgspec

from kubedx.findings.diagnosis import Diagnosis
from kubedx.findings.incident import Dossier, Incident, Rival, RootCause

SCHEMA_VERSION = 1


def to_document(diagnosis: Diagnosis, *, tool_version: str) -> dict[str, Any]:
    """The document, of JSON's own types, its keys in the order of the design."""
    coverage = msgspec.to_builtins(diagnosis.coverage)
    return {
        "provider": diagnosis.provider,
        "errors": list(diagnosis.errors) or None,
        "status": "ProblemDetected" if diagnosis.problems else "OK",
        "problems": diagnosis.problems,
        "results": msgspec.to_builtins(diagnosis.results) or None,
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"name": "kubedx", "version": tool_version},
        "cluster": {
            "source": diagnosis.cluster.source.value,
            "name": diagnosis.cluster.name,
            "version": diagnosis.cluster.version,
            "platform": diagnosis.platform,
            "scannedAt": msgspec.to_builtins(diagnosis.scanned_at),
        },
        "incidents": [incident_document(incident) for incident in diagnosis.incidents],
        "focus": msgspec.to_builtins(diagnosis.focus),
        "preflight": msgspec.to_builtins(diagnosis.preflight),
        "suppressed": len(diagnosis.suppressed),
        "suppressions": msgspec.to_builtins(diagnosis.suppressed),
        "coverage": coverage,
    }


def incident_document(incident: Incident) -> dict[str, Any]:
    """One incident as it stands in the document."""
    document: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(incident, dossier=Dossier(), findings=()))
    del document["dossier"], document["findings"]
    if not incident.documentation:
        del document["documentation"]
    document["rootCause"] = _root_cause(incident.root_cause)
    document["rivals"] = [_rival(rival) for rival in incident.rivals]
    return document


def _root_cause(root_cause: RootCause) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(root_cause)
    del document["observed"], document["values"]
    return document


def _rival(rival: Rival) -> dict[str, Any]:
    told = {"explains": list(rival.explains), "decide": rival.decide}
    return {"confidence": rival.confidence.value, **_root_cause(rival.root_cause), **told}
