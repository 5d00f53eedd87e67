"""Incidents to explain."""

from collections.abc import Iterable
from datetime import UTC, datetime

from kubedx.findings import Change, Confidence, Dossier, Evidence, EvidenceType, Excerpt, Incident, RootCause, Severity, Symptom
from kubedx.kube import Ref

DEPLOYMENT = Ref("apps/v1", "Deployment", "shop", "cart")
POD = Ref("v1", "Pod", "shop", "cart-6d5f7c9b8d-x2x4z")
SECRET = Ref("v1", "Secret", "shop", "db")


def incident(
    *logs: str,
    code: str = "no-such-code",
    message: str = 'container "api" reads key "dsn" of secret "db", which does not exist',
    subject: Ref = DEPLOYMENT,
    cause: Ref | None = SECRET,
    values: dict[str, str] | None = None,
    excerpt: str = "env:\n- name: DSN\n",
    rank: int = 1,
) -> Incident:
    if rank > 1:  # each is a fault of its own
        message = f"{message}, in release r{rank}"
    evidence = [Evidence(id="e1", type=EvidenceType.EVENT, ref=POD, reason="Failed", value='secret "db" not found', count=7)]
    evidence += [
        Evidence(id=f"e{number}", type=EvidenceType.LOG, ref=POD, path="container/api", value=log) for number, log in enumerate(logs, 2)
    ]
    return Incident(
        id=f"{rank:016x}",
        rank=rank,
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN,
        title=f"{subject}: {message}",
        since=datetime(2026, 1, 2, tzinfo=UTC),
        root_cause=RootCause(
            code=code,
            subject=subject,
            part="container api",
            cause=cause,
            message=message,
            evidence=tuple(evidence),
            observed=POD,
            values=values or {},
        ),
        symptoms=(
            Symptom(id="s1", code="x", subject=Ref("v1", "Service", "shop", "cart"), message="nothing ready behind it", evidence=()),
        ),
        changed=(Change(datetime(2026, 1, 1, tzinfo=UTC), DEPLOYMENT, "spec.template", "api:1", "api:2", "kubectl"),),
        dossier=Dossier((Excerpt(DEPLOYMENT, "spec.template.spec", excerpt),)),
    )


class Cluster:
    """Facts: what exists; `complete` kinds are known whole, of others what is not there is not known."""

    def __init__(
        self, existing: Iterable[Ref] = (DEPLOYMENT, POD), complete: Iterable[str] = ("Pod", "Deployment", "Secret", "Namespace", "Node")
    ) -> None:
        self._existing = {*existing, Ref("v1", "Namespace", "", "shop")}
        self._complete = set(complete)

    def exists(self, ref: Ref) -> bool | None:
        if ref in self._existing:
            return True
        return False if ref.kind in self._complete else None
