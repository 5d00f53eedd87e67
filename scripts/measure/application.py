"""A made application of fifty services with the wiring of real ones, into which a fault can be put.

Programs of five languages read where others are from literal variables, from ConfigMaps, or from a host and a port apart; stores are
StatefulSets with claims and a Secret. All is well at first: ready pods, endpoints, and logs of programs that were impatient when
they started. Whoever puts a fault in makes the controllers' words too, and the callers' complaints.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from measure.recording import Data
from measure.voices import FAILS, NOW, REFUSED, Callee, complaint, daily, repeated

SPACE = "shop"
_MADE, _STARTED = "2026-02-20T08:00:00Z", "2026-03-01T06:00:00Z"


class Program(NamedTuple):
    """A service of the application: what it is written in (or which store it is), where it listens, and whom it calls."""

    name: str
    made_of: str
    port: int = 8080
    calls: tuple[str, ...] = ()


_STORES = {
    "postgres": ("postgres:16.3", 5432),
    "redis": ("redis:7.2.5", 6379),
    "mongo": ("mongo:7.0.11", 27017),
    "mysql": ("mysql:8.4.0", 3306),
    "rabbitmq": ("rabbitmq:3.13.3", 5672),
    "kafka": ("apache/kafka:3.7.0", 9092),
    "elasticsearch": ("elasticsearch:8.14.1", 9200),
    "minio": ("minio/minio:RELEASE.2024-06-13T22-53-53Z", 9000),
}

PROGRAMS = (
    Program("gateway", "go", 8000, ("storefront", "account", "catalog", "cart", "checkout", "search")),
    Program("storefront", "node", 3000, ("catalog", "cart", "recommendation", "ad", "review", "session")),
    Program("catalog", "java", 8080, ("catalog-db", "media", "pricing")),
    Program("pricing", "go", 7000, ("promo", "tax", "currency")),
    Program("promo", "python", 5000, ("promo-cache",)),
    Program("tax", "dotnet", 8080),
    Program("currency", "node", 7001),
    Program("cart", "dotnet", 8080, ("cart-cache", "inventory")),
    Program("inventory", "java", 8080, ("inventory-db", "warehouse")),
    Program("warehouse", "python", 5000, ("broker",)),
    Program("checkout", "go", 5050, ("payment", "shipping", "cart", "orders", "mailer", "currency", "fraud")),
    Program("payment", "node", 50051, ("ledger",)),
    Program("ledger", "java", 8080, ("ledger-db",)),
    Program("fraud", "python", 5000, ("fraud-model", "profile")),
    Program("fraud-model", "python", 8501),
    Program("shipping", "go", 50052, ("courier", "quote")),
    Program("courier", "python", 5000),
    Program("quote", "node", 8090),
    Program("orders", "java", 8080, ("orders-db", "broker")),
    Program("invoice", "python", 5000, ("broker", "orders", "documents")),
    Program("documents", "node", 8080, ("object-store",)),
    Program("mailer", "python", 5000, ("templates",)),
    Program("templates", "node", 8080),
    Program("notification", "go", 8080, ("events", "push", "sms")),
    Program("push", "go", 8080),
    Program("sms", "python", 5000),
    Program("recommendation", "python", 8080, ("catalog", "features")),
    Program("ad", "java", 9555),
    Program("review", "node", 8080, ("review-db",)),
    Program("search", "java", 8080, ("index",)),
    Program("indexer", "java", 8080, ("index", "events")),
    Program("account", "java", 8080, ("account-db", "auth")),
    Program("auth", "go", 8080, ("session-cache",)),
    Program("session", "node", 8080, ("session-cache",)),
    Program("profile", "node", 8080, ("account",)),
    Program("loyalty", "dotnet", 8080, ("events", "ledger")),
    Program("media", "go", 8080, ("object-store",)),
    Program("refund", "java", 8080, ("ledger", "orders", "payment")),
    Program("analytics", "python", 5000, ("events",)),
    *(
        Program(name, store, _STORES[store][1])
        for name, store in {
            "catalog-db": "postgres",
            "inventory-db": "postgres",
            "ledger-db": "postgres",
            "orders-db": "postgres",
            "account-db": "mysql",
            "review-db": "mongo",
            "promo-cache": "redis",
            "cart-cache": "redis",
            "session-cache": "redis",
            "features": "redis",
            "broker": "rabbitmq",
            "events": "kafka",
            "index": "elasticsearch",
            "object-store": "minio",
        }.items()
    ),
)


class Application:
    """The objects and logs, to be altered."""

    def __init__(self) -> None:
        self.programs = {program.name: program for program in PROGRAMS}
        self.objects: list[Data] = list(_surroundings())
        self.logs: dict[str, str] = {}
        for number, program in enumerate(PROGRAMS):
            self.objects += self._parts(program, number)
            language = program.made_of if program.made_of not in _STORES else "python"
            self.logs[self.log_key(program.name)] = "\n".join(daily(language, program.port))

    def find(self, kind: str, name: str) -> Data:
        """An object of the application."""
        return next(obj for obj in self.objects if obj["kind"] == kind and obj["metadata"]["name"] == name)

    def workload(self, name: str) -> Data:
        """The Deployment or StatefulSet of a program."""
        return self.find(self.kind(name), name)

    def kind(self, name: str) -> str:
        """Which kind of workload runs a program."""
        return "StatefulSet" if self.programs[name].made_of in _STORES else "Deployment"

    def pod(self, name: str) -> Data:
        """The pod of a program."""
        return self.find("Pod", self._pod_name(name))

    def change(self, name: str, change: Callable[[Data], object]) -> None:
        """A change of a program's container, in its template and in its pod."""
        for obj in self._templates(name):
            change(obj["containers"][0])

    def change_pods(self, name: str, change: Callable[[Data], object]) -> None:
        """A change of a program's pod spec."""
        for spec in self._templates(name):
            change(spec)

    def callers(self, name: str) -> list[str]:
        """Who calls a program."""
        return [one.name for one in PROGRAMS if name in one.calls]

    def callee(self, name: str) -> Callee:
        """A program as its callers know it."""
        program = self.programs[name]
        address = self.find("Service", name)["spec"].get("clusterIP", "")
        return Callee(name, address, program.port, program.made_of if program.made_of in _STORES else "")

    def say(self, name: str, words: str | Iterable[str], level: str = "") -> None:
        """A program writes this again and again, to the present; one whose log nobody can read any more, nothing."""
        if self.log_key(name) not in self.logs:
            return
        texts = [words] if isinstance(words, str) else list(words)
        made_of = self.programs[name].made_of
        lines = repeated(made_of, texts, level) if made_of not in _STORES else _of_store(texts)
        self.logs[self.log_key(name)] += "\n" + "\n".join(lines)

    def complain(self, caller: str, callee: Callee, kind: str) -> None:
        """A program says that a call fails; so do those that call it, of its own answers."""
        self.say(caller, complaint(self.programs[caller].made_of, callee, kind))
        self.answers_fail(caller, seen={caller})

    def answers_fail(self, name: str, seen: set[str] | None = None) -> None:
        """Those that call a program, and those that call them, say that it answers 500."""
        seen = seen if seen is not None else {name}
        for caller in self.callers(name):
            if caller not in seen:
                seen.add(caller)
                self.say(caller, complaint(self.programs[caller].made_of, self.callee(name), FAILS))
                self.answers_fail(caller, seen)

    def cut(self, name: str, kind: str = REFUSED) -> None:
        """All that call a program say that they do not reach it."""
        seen = {name, *self.callers(name)}
        for caller in self.callers(name):
            self.say(caller, complaint(self.programs[caller].made_of, self.callee(name), kind))
        for caller in self.callers(name):
            self.answers_fail(caller, seen)

    def empty(self, name: str) -> None:
        """Nothing is left behind a Service."""
        self.find("EndpointSlice", f"{name}-1")["endpoints"] = []

    def unready(self, name: str, state: Data | None = None, last: Data | None = None, restarts: int = 0, began: str = "") -> None:
        """The pod of a program is not ready, with this state of its container."""
        began = began or "2026-03-01T11:35:00Z"
        pod, owner = self.pod(name), self.workload(name)
        status = pod["status"]["containerStatuses"][0]
        status |= {"ready": False, "restartCount": restarts, "state": state or status["state"], "lastState": last or {}}
        for condition in pod["status"]["conditions"]:
            if condition["type"] in {"Ready", "ContainersReady"}:
                condition |= {"status": "False", "reason": "ContainersNotReady", "lastTransitionTime": began}
        owner["status"] |= {"readyReplicas": 0, "availableReplicas": 0, "unavailableReplicas": 1}
        for condition in owner["status"].get("conditions", []):
            condition |= {"status": "False", "reason": "MinimumReplicasUnavailable", "lastTransitionTime": began}
        self.empty(name)

    def gone(self, name: str) -> None:
        """A program has no pod."""
        owner = self.workload(name)
        owner["status"] = {"observedGeneration": 1, "conditions": owner["status"].get("conditions", [])}
        for condition in owner["status"]["conditions"]:
            condition |= {"status": "False", "reason": "MinimumReplicasUnavailable", "lastTransitionTime": "2026-03-01T11:35:00Z"}
        pod = self.pod(name)
        self.objects = [obj for obj in self.objects if obj is not pod]
        self.logs.pop(self.log_key(name))
        self.empty(name)

    def event(self, obj: Data, reason: str, message: str) -> None:
        """A warning about an object, many times."""
        meta = obj["metadata"]
        about = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "namespace": SPACE, "name": meta["name"], "uid": meta["uid"]}
        place = {"name": f"{meta['name']}.{reason.lower()}", "namespace": SPACE}
        times = {"firstTimestamp": "2026-03-01T11:35:00Z", "lastTimestamp": "2026-03-01T11:59:30Z", "count": 40}
        told = {"type": "Warning", "reason": reason, "message": message, "involvedObject": about, **times}
        self.objects.append({"apiVersion": "v1", "kind": "Event", "metadata": place, **told})

    def log_key(self, name: str) -> str:
        """By which the log of a program is known."""
        return f"{SPACE}/{self._pod_name(name)}/{name}"

    def _pod_name(self, name: str) -> str:
        return f"{name}-0" if self.kind(name) == "StatefulSet" else f"{name}-7c9d5f6b8-x2k4j"

    def _templates(self, name: str) -> Iterator[Data]:
        yield self.workload(name)["spec"]["template"]["spec"]
        if self.kind(name) == "Deployment":
            yield self.find("ReplicaSet", f"{name}-7c9d5f6b8")["spec"]["template"]["spec"]
        yield from (obj["spec"] for obj in self.objects if obj["kind"] == "Pod" and obj["metadata"]["name"] == self._pod_name(name))

    def _parts(self, program: Program, number: int) -> Iterator[Data]:
        name, labels = program.name, {"app.kubernetes.io/name": program.name, "app.kubernetes.io/part-of": "shop"}
        config = _settings(program, self.programs)
        if config:
            yield _object("v1", "ConfigMap", f"{name}-config", data=config)
        if program.made_of in {"postgres", "mysql", "mongo"}:
            yield _object("v1", "Secret", f"{name}-login", type="Opaque", data={"username": "", "password": ""})
        spec = _pod_spec(program, self.programs, has_config=bool(config))
        yield from _workload(program, labels, spec, self._pod_name(name), f"10.244.{number % 3}.{number + 10}", f"node-{number % 3}")
        ports = [{"name": "main", "port": program.port, "targetPort": program.port, "protocol": "TCP"}]
        yield _object(
            "v1", "Service", name, spec={"clusterIP": f"10.96.20.{number + 1}", "selector": labels, "ports": ports, "type": "ClusterIP"}
        )
        target = {"kind": "Pod", "name": self._pod_name(name), "namespace": SPACE, "uid": f"{name}-pod"}
        endpoint = {"addresses": [f"10.244.{number % 3}.{number + 10}"], "conditions": {"ready": True}, "targetRef": target}
        slice_ = _object("discovery.k8s.io/v1", "EndpointSlice", f"{name}-1", labels={"kubernetes.io/service-name": name})
        yield slice_ | {
            "addressType": "IPv4",
            "ports": [{"name": "main", "port": program.port, "protocol": "TCP"}],
            "endpoints": [endpoint],
        }


def _settings(program: Program, programs: dict[str, Program]) -> Data:
    """The ConfigMap that a program's environment is taken from."""
    found: Data = {}
    for name in program.calls:
        callee = programs[name]
        word = name.upper().replace("-", "_")
        if _style(program.name, name) == "map" and callee.made_of not in _STORES:
            found[f"{word}_URL"] = f"http://{name}:{callee.port}"
        elif callee.made_of == "rabbitmq":
            found |= {"BROKER_HOST": name, "BROKER_PORT": str(callee.port), "BROKER_QUEUE": f"{program.name}-tasks"}
        elif callee.made_of == "kafka":
            found |= {"KAFKA_BOOTSTRAP_SERVERS": f"{name}:{callee.port}", "KAFKA_TOPIC": f"{program.name}-events"}
    if program.made_of == "java" and found:
        found["LOGGING_LEVEL_ROOT"] = "INFO"
    return found


def _environment(program: Program, programs: dict[str, Program]) -> list[Data]:
    found: Data = {"PORT": str(program.port)}
    secrets: list[Data] = []
    for name in program.calls:
        callee, word, style = programs[name], name.upper().replace("-", "_"), _style(program.name, name)
        if callee.made_of in {"postgres", "mysql", "mongo"}:
            scheme = {"postgres": "jdbc:postgresql", "mysql": "jdbc:mysql", "mongo": "mongodb"}[callee.made_of]
            key = "SPRING_DATASOURCE_URL" if program.made_of == "java" else "DATABASE_URL"
            found[key] = f"{scheme}://{name}:{callee.port}/{program.name}"
            reference = {"secretKeyRef": {"name": f"{name}-login", "key": "password"}}
            secrets.append({"name": "DATABASE_PASSWORD", "valueFrom": reference})
        elif callee.made_of in {"redis", "elasticsearch", "minio"}:
            scheme = "redis" if callee.made_of == "redis" else "http"
            found[f"{word}_URL"] = f"{scheme}://{name}:{callee.port}"
        elif callee.made_of not in _STORES and style == "address":
            found[f"{word}_ADDR"] = f"{name}:{callee.port}"
        elif callee.made_of not in _STORES and style == "apart":
            found |= {f"{word}_HOST": name, f"{word}_PORT": str(callee.port)}
    return [*({"name": key, "value": value} for key, value in found.items()), *secrets]


def _style(caller: str, callee: str) -> str:
    return ("address", "map", "apart")[zlib.crc32(f"{caller} {callee}".encode()) % 3]


def _pod_spec(program: Program, programs: dict[str, Program], *, has_config: bool) -> Data:
    image, _port = _STORES.get(program.made_of, (f"registry.example.com/shop/{program.name}:4.2.0", 0))
    container: Data = {
        "name": program.name,
        "image": image,
        "ports": [{"name": "main", "containerPort": program.port, "protocol": "TCP"}],
        "env": _environment(program, programs),
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
    }
    if has_config:
        container["envFrom"] = [{"configMapRef": {"name": f"{program.name}-config"}}]
    if program.made_of in _STORES:
        container["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
        return {"containers": [container]}
    probe = {"path": "/actuator/health/readiness" if program.made_of == "java" else "/healthz", "port": "main"}
    container["readinessProbe"] = {"httpGet": probe, "periodSeconds": 10, "failureThreshold": 3, "timeoutSeconds": 1}
    return {"containers": [container]}


def _workload(program: Program, labels: Data, spec: Data, pod: str, address: str, machine: str) -> Iterator[Data]:
    name, is_store = program.name, program.made_of in _STORES
    template = {"metadata": {"labels": labels}, "spec": spec}
    counts = {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1, "observedGeneration": 1}
    available = {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable", "lastTransitionTime": _STARTED}
    wanted: Data = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    if is_store:
        claim = {"accessModes": ["ReadWriteOnce"], "storageClassName": "standard", "resources": {"requests": {"storage": "8Gi"}}}
        wanted |= {"serviceName": name, "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}]}
        top = _object("apps/v1", "StatefulSet", name, spec=wanted, status=counts | {"currentRevision": "1", "updateRevision": "1"})
        yield _object("v1", "PersistentVolumeClaim", f"data-{name}-0", spec=claim | {"volumeName": f"pv-{name}"}, status={"phase": "Bound"})
        maker = top
    else:
        top = _object("apps/v1", "Deployment", name, spec=wanted, status=counts | {"conditions": [available]})
        maker = _object("apps/v1", "ReplicaSet", f"{name}-7c9d5f6b8", labels=labels, owner=top, spec=wanted, status=counts)
        maker["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "1"}
        yield maker
    yield _copied(top)
    spec = _copied(spec) | {"nodeName": machine, "serviceAccountName": "default"}
    if is_store:
        spec["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": f"data-{name}-0"}}]
    state = {"running": {"startedAt": _STARTED}}
    container = {"name": name, "ready": True, "started": True, "restartCount": 0, "state": state, "lastState": {}}
    container |= {"image": spec["containers"][0]["image"], "imageID": f"sha256:{name}", "containerID": f"containerd://{name}"}
    conditions = [
        {"type": each, "status": "True", "lastTransitionTime": _STARTED}
        for each in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]
    status = {"phase": "Running", "podIP": address, "startTime": _STARTED, "conditions": conditions, "containerStatuses": [container]}
    made = _object("v1", "Pod", pod, labels=labels, owner=maker, spec=spec, status=status)
    made["metadata"] |= {"uid": f"{name}-pod", "creationTimestamp": _STARTED}
    yield made


def _surroundings() -> Iterator[Data]:
    """The namespace, its nodes and its storage class; the cluster's DNS."""
    yield _object("v1", "Namespace", SPACE, namespace="", status={"phase": "Active"})
    yield _object("v1", "ServiceAccount", "default")
    for number in range(3):
        size = {"cpu": "16", "memory": "64Gi", "pods": "110", "ephemeral-storage": "200Gi"}
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastTransitionTime": _MADE}
        labels = {"kubernetes.io/hostname": f"node-{number}", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
        yield _object(
            "v1",
            "Node",
            f"node-{number}",
            namespace="",
            labels=labels,
            spec={},
            status={"capacity": size, "allocatable": size, "conditions": [ready]},
        )
    yield _object("storage.k8s.io/v1", "StorageClass", "standard", namespace="") | {
        "provisioner": "csi.example.com",
        "reclaimPolicy": "Delete",
    }
    for program in PROGRAMS:
        if program.made_of in _STORES:
            reference = {
                "kind": "PersistentVolumeClaim",
                "namespace": SPACE,
                "name": f"data-{program.name}-0",
                "uid": f"persistentvolumeclaim-data-{program.name}-0",
            }
            spec = {"capacity": {"storage": "8Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "standard", "claimRef": reference}
            yield _object(
                "v1",
                "PersistentVolume",
                f"pv-{program.name}",
                namespace="",
                spec=spec | {"csi": {"driver": "csi.example.com", "volumeHandle": program.name}},
                status={"phase": "Bound"},
            )


def _object(
    version: str, kind: str, name: str, *, namespace: str = SPACE, labels: Data | None = None, owner: Data | None = None, **parts: object
) -> Data:
    meta: Data = {"name": name, "uid": f"{kind.lower()}-{name}", "creationTimestamp": _MADE, "generation": 1, "labels": labels or {}}
    if namespace:
        meta["namespace"] = namespace
    if owner is not None:
        about = {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
        }
        meta["ownerReferences"] = [about | {"controller": True, "blockOwnerDeletion": True}]
    return _copied({"apiVersion": version, "kind": kind, "metadata": meta, **parts})


def _copied(obj: Data) -> Data:
    return json.loads(json.dumps(obj))  # type: ignore[no-any-return]  # what was a mapping stays one


def _of_store(texts: Iterable[str]) -> list[str]:
    """Lines of a store, which begins them with the time."""
    moments = [datetime.fromtimestamp(NOW.timestamp() - 1500 + 20 * number, NOW.tzinfo) for number in range(75)]
    return [f"{when:%Y-%m-%d %H:%M:%S}.000 UTC [71] {text}" for when in moments for text in texts]
