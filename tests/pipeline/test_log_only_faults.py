"""A shop of twelve services whose pods are all ready, with faults that only logs show: the first incident names the culprit."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from kubedx.analyzers import LogPolicy
from kubedx.findings import Diagnosis
from kubedx.kube import ClusterInfo, ContainerLog, Gap, GapReason, LogKey, Origin
from kubedx.pipeline import Request, diagnose
from kubedx.source import LogLimit, MemorySource, Scope

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SERVICES = {
    "storefront": 8080,
    "basket": 7070,
    "checkout": 5050,
    "payments": 50051,
    "shipping": 50052,
    "quotes": 7000,
    "catalogue": 3550,
    "accounts": 8081,
    "mailer": 8025,
    "ledger": 9000,
    "pg": 5432,
    "cache": 6379,
}
IMAGES = {"pg": "postgres:16.2", "cache": "redis:7.2"}
CALLS = {
    "storefront": ("basket", "checkout", "catalogue", "accounts", "quotes"),
    "basket": ("cache",),
    "checkout": ("payments", "shipping", "mailer"),
    "accounts": ("pg",),
    "ledger": ("pg",),
    "payments": ("ledger",),
}


class Fault(NamedTuple):
    """What is different about the shop, and what the first incident has to name."""

    culprit: tuple[str, str]
    says: tuple[str, ...]
    logs: Mapping[str, str]
    container: Mapping[str, Mapping[str, Any]] = {}
    volumes: Mapping[str, list[dict[str, Any]]] = {}
    objects: tuple[dict[str, Any], ...] = ()


def again(line: str, *, level: str = "ERROR", every: int = 1, count: int = 8, between: str = "INFO request {} done in 12ms") -> str:
    """A line that comes again and again to the present, with healthy lines between."""
    lines = []
    for number in range(count):
        moment = NOW - timedelta(minutes=(count - number) * every)
        lines.append(f"{moment:%Y-%m-%dT%H:%M:%SZ} {between.format(number)}")
        lines.append(f"{moment + timedelta(seconds=3):%Y-%m-%dT%H:%M:%SZ} {level} {line.replace('#', str(number))}")
    return "\n".join(lines) + "\n"


def healthy_log(name: str) -> str:
    if name == "cache":
        return "1:C 01 Mar 2026 08:00:00.000 # WARNING Memory overcommit must be enabled!\n1:M 01 Mar 2026 08:00:00.010 * Ready to accept connections tcp\n"
    if name == "pg":
        return "2026-03-01 08:00:00.000 UTC [1] LOG:  database system is ready to accept connections\n"
    return again("0 errors, 0 retries, failover ok", level="INFO")


def container(name: str) -> dict[str, Any]:
    env: list[dict[str, Any]] = [
        {"name": f"{callee.upper()}_ADDR", "value": f"{callee}:{SERVICES[callee]}"} for callee in CALLS.get(name, ())
    ]
    if "pg" in CALLS.get(name, ()):
        env.append({"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": f"{name}-db", "key": "password"}}})
    image = IMAGES.get(name, f"registry.example.com/market/{name}:1.4.0")
    return {"name": name, "image": image, "env": env, "ports": [{"containerPort": SERVICES[name]}]}


def workload(name: str, number: int, changes: Mapping[str, Any], volumes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    labels = {"app": name}
    whole = {**container(name), **changes}
    whole["env"] = [*container(name)["env"], *changes["env"]] if "env" in changes else whole["env"]
    last = {variable["name"]: variable for variable in whole["env"]}
    whole["env"] = list(last.values())
    spec = {"containers": [whole], "volumes": volumes, "nodeName": "node-a"}
    meta = {"namespace": "market", "labels": labels, "creationTimestamp": "2026-03-01T08:00:00Z"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [whole], "volumes": volumes}}
    selector = {"matchLabels": labels}
    counts = {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1}
    owner = {"controller": True, "uid": f"d-{name}"}
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {**meta, "name": name, "uid": f"d-{name}", "generation": 1},
            "spec": {"replicas": 1, "selector": selector, "template": template},
            "status": {**counts, "observedGeneration": 1},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                **meta,
                "name": f"{name}-5f",
                "uid": f"r-{name}",
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": name, **owner}],
            },
            "spec": {"replicas": 1, "selector": selector, "template": template},
            "status": counts,
        },
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                **meta,
                "name": f"{name}-5f-x1",
                "uid": f"p-{name}",
                "ownerReferences": [
                    {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{name}-5f", "controller": True, "uid": f"r-{name}"}
                ],
            },
            "spec": spec,
            "status": {
                "phase": "Running",
                "podIP": f"10.244.0.{number + 10}",
                "startTime": "2026-03-01T08:00:00Z",
                "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-03-01T08:00:20Z"}],
                "containerStatuses": [
                    {
                        "name": name,
                        "ready": True,
                        "restartCount": 0,
                        "image": whole["image"],
                        "state": {"running": {"startedAt": "2026-03-01T08:00:10Z"}},
                    }
                ],
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {**meta, "name": name},
            "spec": {
                "selector": labels,
                "clusterIP": f"10.96.0.{number + 10}",
                "ports": [{"port": SERVICES[name], "targetPort": SERVICES[name]}],
            },
        },
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {**meta, "name": f"{name}-abc", "labels": {"kubernetes.io/service-name": name}},
            "addressType": "IPv4",
            "ports": [{"port": SERVICES[name]}],
            "endpoints": [
                {
                    "addresses": [f"10.244.0.{number + 10}"],
                    "conditions": {"ready": True},
                    "targetRef": {"kind": "Pod", "name": f"{name}-5f-x1", "namespace": "market"},
                }
            ],
        },
    ]


def market(fault: Fault | None = None, *, live: bool = False) -> MemorySource:
    """The shop, with a fault."""
    fault = fault or Fault(("", ""), (), {})
    documents: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "market"}, "status": {"phase": "Active"}},
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "node-a"},
            "status": {"conditions": [{"type": "Ready", "status": "True"}], "allocatable": {"cpu": "16", "memory": "64Gi", "pods": "110"}},
        },
        *(
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": f"{name}-db", "namespace": "market"}, "data": {"password": ""}}
            for name in ("accounts", "ledger")
        ),
        *fault.objects,
    ]
    for number, name in enumerate(SERVICES):
        documents += workload(name, number, fault.container.get(name, {}), list(fault.volumes.get(name, [])))
    logs: dict[LogKey | str, str | Gap] = {f"market/{name}-5f-x1/{name}": fault.logs.get(name) or healthy_log(name) for name in SERVICES}
    cluster = ClusterInfo(source=Origin.LIVE if live else Origin.DUMP, name="market")
    return MemorySource(documents=documents, logs=logs, now=NOW, cluster=cluster)


PYTHON = """ERROR Exception on /account [GET]
Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/sqlalchemy/engine/base.py", line 146, in __init__
    self._dbapi_connection = engine.raw_connection()
psycopg2.OperationalError: connection to server at "pg" (10.96.0.20), port 5432 failed: FATAL:  password authentication failed for user "accounts"

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/accounts/views.py", line 31, in show
    return load(session, number)
sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection to server at "pg" (10.96.0.20), port 5432 failed: FATAL:  password authentication failed for user "accounts"
"""


def traces(text: str, count: int = 6) -> str:
    return "".join(f"{NOW - timedelta(minutes=count - number):%Y-%m-%d %H:%M:%S},120 {text}" for number in range(count))


def postgres(line: str, count: int = 6) -> str:
    return "".join(
        f"{NOW - timedelta(minutes=count - number):%Y-%m-%d %H:%M:%S}.000 UTC [{70 + number}] {line}\n" for number in range(count)
    )


FAULTS = {
    "a wrong password": Fault(
        culprit=("Secret", "accounts-db"),
        says=("accounts-db", "password authentication failed"),
        logs={
            "accounts": traces(PYTHON),
            "pg": postgres('FATAL:  password authentication failed for user "accounts"'),
            "storefront": again("GET http://accounts:8081/account/#: unexpected status 500 Internal Server Error"),
        },
    ),
    "a wrong port in a variable": Fault(
        culprit=("Deployment", "checkout"),
        says=("9090", "payments", "50051"),
        logs={
            "checkout": again(
                'charge of order # failed: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: '
                'dial tcp 10.96.0.13:9090: i/o timeout"'
            ),
            "storefront": again("POST http://checkout:5050/orders: unexpected status 503 Service Unavailable"),
        },
        container={"checkout": {"env": [{"name": "PAYMENTS_ADDR", "value": "payments:9090"}]}},
    ),
    "an expired token": Fault(
        culprit=("Secret", "carrier"),
        says=("expired", "carrier"),
        logs={
            "shipping": again(
                '{"level":"error","ts":1772366000,"msg":"label not printed","error":"401 Unauthorized: token is expired"}', level=""
            ),
            "checkout": again("rpc error: code = Internal desc = shipping: label not printed"),
        },
        container={
            "shipping": {
                "env": [
                    {"name": "CARRIER_URL", "value": "https://api.carrier.example"},
                    {"name": "CARRIER_TOKEN", "valueFrom": {"secretKeyRef": {"name": "carrier", "key": "token"}}},
                ]
            }
        },
        objects=({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "carrier", "namespace": "market"}, "data": {"token": ""}},),
    ),
    "a missing table": Fault(
        culprit=("Deployment", "ledger"),
        says=("entries",),
        logs={
            "ledger": again('cannot book payment #: pq: relation "entries" does not exist'),
            "pg": postgres('ERROR:  relation "entries" does not exist at character 15'),
            "payments": again("booking failed: ledger answered with status 500"),
        },
    ),
    "a typo in a mounted ConfigMap": Fault(
        culprit=("ConfigMap", "quotes-config"),
        says=("catalogu", "quotes-config", "catalogue"),
        logs={
            "quotes": again(
                '{"level":50,"time":1772366000000,"msg":"no quote","err":{"message":"getaddrinfo ENOTFOUND catalogu"}}', level=""
            ),
            "storefront": again("GET http://quotes:7000/quote/#: unexpected status 502 Bad Gateway"),
        },
        container={"quotes": {"volumeMounts": [{"name": "config", "mountPath": "/etc/quotes"}]}},
        volumes={"quotes": [{"name": "config", "configMap": {"name": "quotes-config"}}]},
        objects=(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "quotes-config", "namespace": "market"},
                "data": {"quotes.yaml": "listen: :7000\nproducts:\n  address: catalogu:3550\n"},
            },
        ),
    ),
    "a full disk": Fault(
        culprit=("PersistentVolumeClaim", "catalogue-images"),
        says=("no space left on device", "catalogue-images"),
        logs={
            "catalogue": again("thumbnail #: write /var/lib/catalogue/thumbs/#.png: no space left on device"),
            "storefront": again("GET http://catalogue:3550/products/#: unexpected status 500"),
        },
        container={"catalogue": {"volumeMounts": [{"name": "images", "mountPath": "/var/lib/catalogue"}]}},
        volumes={"catalogue": [{"name": "images", "persistentVolumeClaim": {"claimName": "catalogue-images"}}]},
        objects=(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": "catalogue-images", "namespace": "market"},
                "spec": {"accessModes": ["ReadWriteOnce"], "volumeName": "pv-1", "resources": {"requests": {"storage": "2Gi"}}},
                "status": {"phase": "Bound", "capacity": {"storage": "2Gi"}},
            },
        ),
    ),
    "refused by another service": Fault(
        culprit=("Deployment", "mailer"),
        says=("403", "accounts"),
        logs={
            "mailer": again("requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: http://accounts:8081/internal/addresses"),
            "accounts": again('"GET /internal/addresses HTTP/1.1" 403 21', level="INFO"),
        },
    ),
    "a variable that is not there": Fault(
        culprit=("Deployment", "basket"),
        says=("VOUCHER_SIGNING_KEY",),
        logs={
            "basket": traces(
                "ERROR in app: Exception on /voucher [POST]\nTraceback (most recent call last):\n"
                '  File "/app/basket/voucher.py", line 12, in sign\n    key = os.environ["VOUCHER_SIGNING_KEY"]\n'
                "KeyError: 'VOUCHER_SIGNING_KEY'\n"
            ),
            "storefront": again("POST http://basket:7070/voucher: unexpected status 500 INTERNAL SERVER ERROR"),
        },
    ),
    "a certificate at the end of a chain": Fault(
        culprit=("Deployment", "payments"),
        says=("certificate has expired", "bank.example"),
        logs={
            "payments": again(
                'Post "https://gateway.bank.example/v2/charge": tls: failed to verify certificate: x509: certificate has expired'
            ),
            "checkout": again("charge of order # failed: rpc error: code = Internal desc = payments: upstream error"),
            "storefront": again("POST http://checkout:5050/orders: unexpected status 500"),
        },
    ),
    "a heap that is full": Fault(
        culprit=("Deployment", "ledger"),
        says=("Java heap space",),
        logs={
            "ledger": traces(
                "ERROR 1 --- [nio-9000-exec-3] o.a.c.c.C.[.[.[/].[dispatcherServlet] : Servlet.service() for servlet [dispatcherServlet] threw\n"
                "java.lang.OutOfMemoryError: Java heap space\n\tat com.market.ledger.Report.build(Report.java:88)\n"
            )
        },
    ),
    "an answer that says nothing": Fault(
        culprit=("Deployment", "quotes"),
        says=("500",),
        logs={
            "storefront": again("GET http://quotes:7000/quote/#: unexpected status 500"),
        },
    ),
    "a NetworkPolicy": Fault(
        culprit=("NetworkPolicy", "ledger"),
        says=("ledger",),
        logs={
            "payments": again("booking #: dial tcp 10.96.0.19:9000: i/o timeout"),
            "checkout": again("charge of order # failed: payments:50051 answered with status 500"),
        },
        objects=(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": "ledger", "namespace": "market"},
                "spec": {
                    "podSelector": {"matchLabels": {"app": "ledger"}},
                    "policyTypes": ["Ingress"],
                    "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "payment"}}}]}],
                },
            },
        ),
    ),
    "only the callers say so": Fault(
        culprit=("Deployment", "cache"),
        says=("No space left on device",),
        logs={
            "basket": again("redis: MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk"),
            "cache": "".join(
                f"1:M 01 Mar 2026 11:5{minute}:00.000 # Failed opening the temp RDB file temp-{minute}.rdb for saving: No space left on device\n"
                for minute in range(4, 10)
            ),
        },
    ),
}


def roots(diagnosis: Diagnosis) -> list[str]:
    return [f"{incident.severity}: {incident.title}" for incident in diagnosis.incidents]


@pytest.mark.parametrize("name", FAULTS)
def test_the_first_incident_names_the_culprit(name: str) -> None:
    fault = FAULTS[name]

    diagnosis = diagnose(market(fault), Request())

    assert diagnosis.incidents, "nothing found"
    root = diagnosis.incidents[0].root_cause
    named = {(ref.kind, ref.name) for ref in (root.subject, root.cause) if ref is not None}
    assert fault.culprit in named, roots(diagnosis)
    told = " ".join((root.message, *(piece.value for piece in root.evidence), str(root.cause)))
    assert all(word in told for word in fault.says), told
    assert diagnosis.coverage.crashed == ()


def test_one_fault_is_one_incident() -> None:
    several = {name: roots(diagnose(market(fault), Request())) for name, fault in FAULTS.items()}

    assert {name: told for name, told in several.items() if len(told) != 1} == {}


def test_a_shop_without_faults_has_no_incident() -> None:
    assert roots(diagnose(market(), Request())) == []


NOISE = {
    "a retry that works": again("payment # failed: timeout, attempt 1/3", level="WARN", between="INFO payment {} ok"),
    "people who mistype": again('authentication failed for user "bob#@example.com": invalid credentials'),
    "tokens of clients": again("rejecting request: jwt expired", level="WARN"),
    "a bad request": again("request rejected: field email is required"),
    "an item that is not there": again("item # not found"),
    "a declined card": again("card declined: insufficient funds for order #"),
    "a fallback": again("circuit breaker open for recommendations, using fallback", level="WARN"),
    "telemetry": again("traces export: context deadline exceeded: otel-collector:4317"),
    "a slow query": again("slow query took 2100ms, timeout is 5000ms", level="WARN"),
    "a probe": again('10.244.0.1 "GET /healthz" 500', level="WARN"),
    "clients that go away": again("read tcp 10.244.0.5:1->10.244.0.6:2: read: connection reset by peer"),
    "not found": again("GET http://catalogue:3550/item/# returned status 404", level="WARN"),
}


@pytest.mark.parametrize("name", NOISE)
def test_what_busy_programs_log_is_no_incident(name: str) -> None:
    assert roots(diagnose(market(Fault(("", ""), (), {"quotes": NOISE[name]})), Request())) == []


class Counting:
    """A source that counts the logs that are read of it."""

    def __init__(self, source: MemorySource) -> None:
        self._source = source
        self.read_logs: list[LogKey] = []
        self.read, self.custom_kinds, self.get, self.close = source.read, source.custom_kinds, source.get, source.close

    def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> ContainerLog | Gap | None:
        self.read_logs.append(key)
        return self._source.log(key, limit, deadline)


BROKEN = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "stray", "namespace": "market", "creationTimestamp": "2026-03-01T08:00:00Z"},
    "spec": {"containers": [{"name": "stray", "image": "registry.example.com/market/stray:1"}], "nodeName": "node-a"},
    "status": {
        "phase": "Pending",
        "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-03-01T08:00:00Z"}],
        "containerStatuses": [
            {"name": "stray", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": "InvalidImageName", "message": "bad"}}}
        ],
    },
}
"""A pod with a fault that no log explains."""


def with_stray(fault: Fault) -> Fault:
    return fault._replace(objects=(*fault.objects, BROKEN))


def test_of_a_live_cluster_healthy_pods_are_looked_at_only_where_nothing_else_is_found() -> None:
    fault = FAULTS["a missing table"]
    calm, troubled = Counting(market(fault, live=True)), Counting(market(with_stray(fault), live=True))

    assert [incident.root_cause.code for incident in diagnose(calm, Request()).incidents] == ["log-schema-mismatched"]
    assert len(calm.read_logs) == len(SERVICES)
    assert "log-schema-mismatched" not in {incident.root_cause.code for incident in diagnose(troubled, Request()).incidents}
    assert {key.pod.name for key in troubled.read_logs} <= {"stray"}


@pytest.mark.parametrize(
    ("request_", "read"),
    [
        (Request(scope=Scope(("market",))), True),
        (Request(logs=LogPolicy.SAMPLE), True),
        (Request(logs=LogPolicy.ALL), True),
        (Request(logs=LogPolicy.NONE, scope=Scope(("market",))), False),
    ],
    ids=["namespace", "sample", "all", "none"],
)
def test_a_named_namespace_and_the_flag_have_them_looked_at(request_: Request, *, read: bool) -> None:
    source = Counting(market(with_stray(FAULTS["a missing table"]), live=True))

    codes = {incident.root_cause.code for incident in diagnose(source, request_).incidents}

    assert ("log-schema-mismatched" in codes, bool(source.read_logs)) == (read, read)


def test_only_the_log_filter() -> None:
    diagnosis = diagnose(market(with_stray(FAULTS["a missing table"])), Request(filters=("Log",)))

    assert [incident.root_cause.code for incident in diagnosis.incidents] == ["log-schema-mismatched"]


def test_logs_that_a_dump_lacks_are_no_gaps() -> None:
    source = market(FAULTS["a missing table"])
    source._logs.clear()  # a dump without logs

    diagnosis = diagnose(source, Request())

    assert (diagnosis.incidents, diagnosis.coverage.gaps) == ((), ())


def test_forbidden_logs_are_one_gap_and_no_incident() -> None:
    class Refusing(Counting):
        def log(self, key: LogKey, limit: LogLimit, deadline: float | None = None) -> Gap:
            self.read_logs.append(key)
            return Gap("v1", "Pod", key.pod.namespace, "get log", GapReason.FORBIDDEN, "pods/log is forbidden", key.pod.name)

    source = Refusing(market(FAULTS["a missing table"], live=True))

    diagnosis = diagnose(source, Request())

    assert diagnosis.incidents == ()
    assert [gap.reason for gap in diagnosis.coverage.gaps] == [GapReason.FORBIDDEN]
