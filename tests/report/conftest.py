"""A diagnosis with every part that a report can show, and a healthy one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kubedx.findings import (
    Change,
    Confidence,
    Coverage,
    Diagnosis,
    Evidence,
    EvidenceType,
    Explanation,
    Focus,
    Incident,
    ReadCount,
    Relation,
    Result,
    ResultError,
    Rival,
    RootCause,
    RuleCrash,
    Severity,
    Skip,
    Suppressed,
    SuppressedBy,
    Symptom,
)
from kubedx.kube import ClusterInfo, Gap, GapReason, Origin, Ref

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)

DEMO3 = Ref("apps/v1", "Deployment", "default", "demo3")
POD = Ref("v1", "Pod", "default", "demo3-7c9d6d5f4b-x2x9k")
CART = Ref("apps/v1", "Deployment", "shop", "cart")
CART_POD = Ref("v1", "Pod", "shop", "cart-6d5f9c7b8-abcde")
SECRET = Ref("v1", "Secret", "shop", "db")
SERVICE = Ref("v1", "Service", "shop", "cart")
INGRESS = Ref("networking.k8s.io/v1", "Ingress", "shop", "web")
PULL = (
    'Failed to pull image "httddd": rpc error: code = NotFound desc = failed to pull and unpack image '
    '"registry.example.com/library/httddd:latest": failed to resolve reference "registry.example.com/library/httddd:latest": '
    "registry.example.com/library/httddd:latest: not found"
)


def image_incident() -> Incident:
    """The walk that everybody knows, explained in English by the playbook and in Chinese by a model."""
    return Incident(
        id="0123456789abcdef",
        rank=2,
        severity=Severity.ERROR,
        confidence=Confidence.LIKELY,
        title='Deployment default/demo3: container "httddd" cannot pull image "httddd", which does not exist; "httpd" was probably meant',
        since=NOW - timedelta(minutes=12),
        root_cause=RootCause(
            code="image-pull-fails",
            subject=DEMO3,
            part="container httddd",
            message='container "httddd" cannot pull image "httddd"',
            observed=POD,
            evidence=(
                Evidence(
                    id="e1",
                    type=EvidenceType.FIELD,
                    ref=POD,
                    path="status.containerStatuses[httddd].state.waiting.message",
                    value='Back-off pulling image "httddd"',
                ),
                Evidence(
                    id="e2",
                    type=EvidenceType.EVENT,
                    ref=POD,
                    value=PULL,
                    reason="Failed",
                    count=12,
                    first_seen=NOW - timedelta(minutes=12),
                    last_seen=NOW - timedelta(seconds=50),
                ),
            ),
        ),
        explanations=(
            Explanation(
                source="localai/small",
                language="zh",
                summary="镜像仓库中不存在镜像“httddd”，很可能应为“httpd”。容器因此一直处于等待状态，Deployment 没有可用的副本。",
                steps=("改为正确的镜像。", "观察滚动更新的进展。"),
            ),
            Explanation(
                source="playbook",
                language="en",
                summary='The registry has no image "httddd"; "httpd" was probably meant.',
                steps=("Set the right image.\nkubectl -n default set image deployment/demo3 httddd=httpd", "Watch it roll out."),
                commands=("kubectl -n default set image deployment/demo3 httddd=httpd",),
                citations=("e1", "e2"),
            ),
        ),
    )


def secret_incident() -> Incident:
    """A missing Secret that takes an entry point down, with a hundred symptoms."""
    return Incident(
        id="fedcba9876543210",
        rank=1,
        severity=Severity.CRITICAL,
        confidence=Confidence.CERTAIN,
        title='Deployment shop/cart: container "api" reads key "dsn" of secret "db", which does not exist',
        since=NOW - timedelta(hours=3),
        root_cause=RootCause(
            code="secret-absent",
            subject=CART,
            part="container api",
            cause=SECRET,
            message='container "api" reads key "dsn" of secret "db", which does not exist',
            observed=CART_POD,
            evidence=(
                Evidence(
                    id="e1",
                    type=EvidenceType.FIELD,
                    ref=CART,
                    path="spec.template.spec.containers[api].env[DSN]",
                    value="secret db, key dsn",
                ),
                Evidence(
                    id="e2", type=EvidenceType.LOG, ref=CART_POD, path="container/api/previous", value="panic: DSN is not set", count=4
                ),
            ),
        ),
        rivals=(
            Rival(
                confidence=Confidence.POSSIBLE,
                root_cause=RootCause(code="other", subject=CART, message="the database refuses connections", evidence=(), observed=CART),
            ),
        ),
        symptoms=(
            Symptom(id="s1", code="service-no-endpoints", subject=SERVICE, message="has no ready endpoint", evidence=()),
            Symptom(id="s2", code="ingress-backend", subject=INGRESS, message="its backend has no endpoint", evidence=(), because=("s1",)),
            *(
                Symptom(
                    id=f"s{number}",
                    code="pod-not-ready",
                    subject=Ref("v1", "Pod", "shop", f"cart-{number}"),
                    message="is not ready",
                    evidence=(),
                )
                for number in range(3, 103)
            ),
        ),
        affected=(SERVICE, INGRESS, Ref("v1", "Service", "shop", "checkout")),
        changed=(Change(NOW - timedelta(hours=4), CART, "spec.template.spec.containers[api].env", "", "DSN", "kubectl"),),
    )


def gaps() -> tuple[Gap, ...]:
    """Gaps of several shapes."""
    return (
        Gap("v1", "Secret", "", "list", GapReason.FORBIDDEN, "secrets is forbidden"),
        Gap("v1", "Node", "", "list", GapReason.FORBIDDEN, "nodes is forbidden"),
        Gap("v1", "Pod", "shop", "get log", GapReason.TIMEOUT, "no answer", "cart-1"),
    )


@pytest.fixture
def outage() -> Diagnosis:
    """A diagnosis in which everything that can be there is there."""
    return Diagnosis(
        cluster=ClusterInfo(Origin.LIVE, "staging", "v1.34.4"),
        scanned_at=NOW,
        incidents=(secret_incident(), image_incident()),
        results=(
            Result(
                kind="Pod",
                name="default/demo3-7c9d6d5f4b-x2x9k",
                error=(ResultError(text='Back-off pulling image "httddd"'),),
                details="Error: no such image.\nSolution: set the right one.",
                parent_object="Deployment/demo3",
            ),
        ),
        coverage=Coverage(
            read=(ReadCount("apps/v1", "Deployment", 40), ReadCount("v1", "Pod", 1234)),
            gaps=gaps(),
            skipped=(
                Skip("secret-absent", "", "secrets is forbidden", "Secret", ("Pod",), "A pod names a Secret that does not exist."),
                Skip("secret-key-absent", "", "secrets is forbidden", "Secret", ("Pod",), "A pod names a key that its Secret lacks."),
            ),
            crashed=(RuleCrash("pod-odd", CART_POD, "ValueError: odd"),),
        ),
        suppressed=(
            Suppressed(
                id="00000000000000aa",
                severity=Severity.WARNING,
                title="Service shop/old: selects nothing",
                subject=Ref("v1", "Service", "shop", "old"),
                by=SuppressedBy.BASELINE,
                reason="goes away with the migration",
                expires=date(2026, 12, 31),
                code="service-selects-nothing",
            ),
            Suppressed(
                id="00000000000000bb",
                severity=Severity.ERROR,
                title="Job shop/import: failed",
                subject=Ref("batch/v1", "Job", "shop", "import"),
                by=SuppressedBy.ANNOTATION,
                reason="is run by hand",
                code="job-failed",
            ),
        ),
        hidden=1,
        provider="localai",
        errors=('filter "Podd" is not known; did you mean "Pod"?',),
    )


@pytest.fixture
def healthy() -> Diagnosis:
    """Nothing wrong, and everything was read."""
    return Diagnosis(
        cluster=ClusterInfo(Origin.DUMP, "monday.tar.gz"),
        scanned_at=NOW,
        incidents=(),
        results=(),
        coverage=Coverage(read=(ReadCount("v1", "Pod", 3),)),
    )


@pytest.fixture
def focus() -> Focus:
    """An object with a relation of each sort."""
    return Focus(
        ref=Ref("apps/v1", "Deployment", "shop", "cart"),
        owned=2,
        depends_on=(
            Relation(hops=1, edge="reads-env", ref=Ref("v1", "Secret", "shop", "db"), exists=False, incidents=(1,)),
            Relation(hops=1, edge="uses", ref=Ref("v1", "ServiceAccount", "shop", "default"), exists=True),
        ),
        dependents=(Relation(hops=2, edge="routes", ref=Ref("networking.k8s.io/v1", "Ingress", "shop", "web")),),
    )
