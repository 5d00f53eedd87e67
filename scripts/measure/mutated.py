"""Healthy recordings in which one object was altered: the first incident should name it.

Each mutation makes a state that a cluster comes to rest in, and no more: where the control plane or a kubelet would act on
the change (pods that cannot start, endpoints that empty), their words are put in as they write them. Where nothing acts
before the next start of a pod (a ConfigMap is deleted under running pods), nothing is put in: such mutations are counted
apart, as `later`, and what kubedx says of them is a judgement of specs alone.
"""

import copy
import random
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kubedx.findings import Severity
from measure.recording import Data, Recording, incidents_of

MOMENT = "2030-01-01T00:00:00Z"
_OWNERS = {"Deployment", "StatefulSet", "DaemonSet"}


class Altered(NamedTuple):
    """The object that was altered, and a word that a good message has."""

    kind: str
    namespace: str
    name: str
    word: str


class Outcome(NamedTuple):
    """What came of a mutation: `first`, `found` (not first), `info` (told for information only, with `--level info`) or `silent`."""

    recording: str
    mutation: str
    altered: Altered
    outcome: str


class Cluster:
    """The objects of a recording, to be altered."""

    def __init__(self, objects: Iterable[Data]) -> None:
        self.objects = copy.deepcopy(list(objects))

    def of(self, kind: str) -> list[Data]:
        """The objects of a kind outside of the system's namespaces."""
        return [obj for obj in self.objects if obj["kind"] == kind and not _is_system(obj)]

    def pods_of(self, owner: Data) -> list[Data]:
        """The pods of a workload."""
        labels = (owner["spec"].get("selector") or {}).get("matchLabels") or {}
        return [pod for pod in self.of("Pod") if _place(pod) == _place(owner) and labels and _has(pod, labels)]

    def services_of(self, pod: Data) -> list[Data]:
        """The Services that select a pod."""
        services = (one for one in self.of("Service") if _place(one) == _place(pod))
        return [one for one in services if one["spec"].get("selector") and _has(pod, one["spec"]["selector"])]

    def empty(self, service: Data) -> None:
        """No pod of a Service is ready, or none is selected: its endpoints go."""
        for obj in self.objects:
            mine = obj["metadata"].get("labels", {}).get("kubernetes.io/service-name") == service["metadata"]["name"]
            if obj["kind"] == "EndpointSlice" and mine and _place(obj) == _place(service):
                obj["endpoints"] = []
            if obj["kind"] == "Endpoints" and obj["metadata"]["name"] == service["metadata"]["name"] and _place(obj) == _place(service):
                obj["subsets"] = []

    def stop(self, owner: Data, state: Data, *, why: str = "", message: str = "") -> None:
        """The pods of a workload were made anew and do not start: the kubelet's words, and what follows for the workload and Services."""
        pods = self.pods_of(owner)
        for pod in pods:
            for status in pod["status"].get("containerStatuses", [])[:1]:
                status |= {"ready": False, "started": False, "restartCount": 0, "state": {"waiting": state}, "lastState": {}}
            pod["status"]["phase"] = "Pending"
            self._unready(pod)
            if why:
                self._event(pod, why, message)
        self.out_of_service(owner, pods)

    def out_of_service(self, owner: Data, pods: Iterable[Data]) -> None:
        """A workload without ready pods."""
        pods = list(pods)
        for service in {one["metadata"]["name"]: one for pod in pods for one in self.services_of(pod)}.values():
            self.empty(service)
        status = owner.setdefault("status", {})
        status |= {"readyReplicas": 0, "availableReplicas": 0, "unavailableReplicas": len(pods)}
        for condition in status.get("conditions", []):
            if condition["type"] == "Available":
                condition |= {"status": "False", "reason": "MinimumReplicasUnavailable", "lastTransitionTime": self.now}

    def unschedulable(self, owner: Data, message: str) -> None:
        """The pods of a workload were made anew and find no node: the scheduler's words."""
        pods = self.pods_of(owner)
        for pod in pods:
            pod["spec"].pop("nodeName", None)
            condition = {
                "type": "PodScheduled",
                "status": "False",
                "reason": "Unschedulable",
                "message": message,
                "lastTransitionTime": self.now,
            }
            pod["status"] = {"phase": "Pending", "conditions": [condition]}
            self._event(pod, "FailedScheduling", message)
        self.out_of_service(owner, pods)

    @property
    def now(self) -> str:
        """The newest moment that the recording tells of."""
        moments = (obj.get("lastTimestamp") or obj["metadata"].get("creationTimestamp") or "" for obj in self.objects)
        return max((moment for moment in moments if moment), default=MOMENT)

    def _unready(self, pod: Data) -> None:
        for condition in pod["status"].get("conditions", []):
            if condition["type"] in {"Ready", "ContainersReady"}:
                condition |= {"status": "False", "reason": "ContainersNotReady", "lastTransitionTime": pod["metadata"]["creationTimestamp"]}

    def _event(self, pod: Data, reason: str, message: str) -> None:
        meta = pod["metadata"]
        about = {"apiVersion": "v1", "kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]}
        times = {"firstTimestamp": meta["creationTimestamp"], "lastTimestamp": self.now}
        told = {"type": "Warning", "reason": reason, "message": message, "count": 12, "involvedObject": about, **times}
        place = {"name": f"{meta['name']}.{reason.lower()}", "namespace": meta["namespace"]}
        self.objects.append({"apiVersion": "v1", "kind": "Event", "metadata": place, **told})


def _is_system(obj: Data) -> bool:
    return obj["metadata"].get("namespace", "app") in {"default", "kube-system", "kube-public", "kube-node-lease", "ingress-nginx"}


def _place(obj: Data) -> str:
    return str(obj["metadata"].get("namespace", ""))


def _has(obj: Data, labels: Data) -> bool:
    return labels.items() <= (obj["metadata"].get("labels") or {}).items()


def _ref(obj: Data, word: str) -> Altered:
    return Altered(obj["kind"], _place(obj), obj["metadata"]["name"], word)


def _chosen(candidates: Iterable[Data], chance: random.Random) -> Data | None:
    held = sorted(candidates, key=lambda obj: (_place(obj), obj["metadata"]["name"]))
    return chance.choice(held) if held else None


def _workload(cluster: Cluster, chance: random.Random, wanted: Callable[[Data], bool] = lambda _: True) -> Data | None:
    running = (obj for kind in sorted(_OWNERS) for obj in cluster.of(kind) if cluster.pods_of(obj) and wanted(obj))
    return _chosen(running, chance)


def _altered_in_all(cluster: Cluster, owner: Data, change: Callable[[Data], None]) -> None:
    """A change of the pod template, in the ReplicaSet and the pods too."""
    change(owner["spec"]["template"]["spec"])
    for obj in (*cluster.of("ReplicaSet"), *cluster.pods_of(owner)):
        owners = obj["metadata"].get("ownerReferences", [])
        if obj["kind"] == "Pod":
            change(obj["spec"])
        elif any(one["name"] == owner["metadata"]["name"] for one in owners) and obj["spec"].get("replicas"):
            change(obj["spec"]["template"]["spec"])


def service_selector(cluster: Cluster, chance: random.Random) -> Altered | None:
    """A label of a Service's selector has another value."""
    service = _chosen((one for one in cluster.of("Service") if one["spec"].get("selector") and _is_backed(cluster, one)), chance)
    if service is None:
        return None
    key = chance.choice(sorted(service["spec"]["selector"]))
    service["spec"]["selector"][key] += "x"
    cluster.empty(service)
    return _ref(service, service["spec"]["selector"][key])


def service_target_port(cluster: Cluster, chance: random.Random) -> Altered | None:
    """A Service sends to a named port that no container has: its endpoints go."""
    service = _chosen((one for one in cluster.of("Service") if one["spec"].get("ports") and _is_backed(cluster, one)), chance)
    if service is None:
        return None
    service["spec"]["ports"][0]["targetPort"] = "htpp"
    cluster.empty(service)
    return _ref(service, "htpp")


def ingress_service(cluster: Cluster, chance: random.Random) -> Altered | None:
    """An Ingress names a Service that is not there."""
    for ingress in _one(cluster.of("Ingress"), chance):
        for backend in _backends(ingress):
            backend["name"] += "x"
            return _ref(ingress, backend["name"])
    return None


def ingress_port(cluster: Cluster, chance: random.Random) -> Altered | None:
    """An Ingress names a port that its Service lacks."""
    for ingress in _one(cluster.of("Ingress"), chance):
        for backend in _backends(ingress):
            backend["port"] = {"number": 4711}
            return _ref(ingress, "4711")
    return None


def image_tag(cluster: Cluster, chance: random.Random) -> Altered | None:
    """The image's tag is not in the registry, and the pods are made anew."""
    owner = _workload(cluster, chance)
    if owner is None:
        return None
    image = owner["spec"]["template"]["spec"]["containers"][0]["image"].partition("@")[0] + "-typo"
    _altered_in_all(cluster, owner, lambda spec: spec["containers"][0].update(image=image))
    failed = f'Failed to pull image "{image}": rpc error: code = NotFound desc = failed to resolve reference "{image}": {image}: not found'
    cluster.stop(owner, {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{image}"'}, why="Failed", message=failed)
    return _ref(owner, "-typo")


def config_key(cluster: Cluster, chance: random.Random) -> Altered | None:
    """A key of a ConfigMap or Secret goes that a container's environment reads, and the pods are made anew."""
    owner = _workload(cluster, chance, lambda obj: bool(list(_keys_read(obj))))
    if owner is None:
        return None
    kind, name, key = next(_keys_read(owner))
    for obj in cluster.of(kind):
        if _place(obj) == _place(owner) and obj["metadata"]["name"] == name:
            (obj.get("data") or {}).pop(key, None)
            message = f"couldn't find key {key} in {kind} {_place(owner)}/{name}"
            cluster.stop(owner, {"reason": "CreateContainerConfigError", "message": message}, why="Failed", message=f"Error: {message}")
            return Altered(kind, _place(owner), name, key)
    return None


def config_absent(cluster: Cluster, chance: random.Random) -> Altered | None:
    """A ConfigMap or Secret that a container's environment reads goes, and the pods are made anew."""
    owner = _workload(cluster, chance, lambda obj: bool(list(_environments(obj))))
    if owner is None:
        return None
    kind, name = next(_environments(owner))
    message = f'{kind.lower()} "{name}" not found'
    cluster.stop(owner, {"reason": "CreateContainerConfigError", "message": message}, why="Failed", message=f"Error: {message}")
    return _deleted(cluster, kind, _place(owner), name)


def scaled_to_zero(cluster: Cluster, chance: random.Random) -> Altered | None:
    """A workload behind a Service was scaled to nothing."""
    owner = _workload(cluster, chance, lambda obj: obj["kind"] == "Deployment" and bool(cluster.services_of(cluster.pods_of(obj)[0])))
    if owner is None:
        return None
    pods = cluster.pods_of(owner)
    cluster.out_of_service(owner, pods)
    owner["spec"]["replicas"] = 0
    owner["status"] = {"observedGeneration": owner["metadata"].get("generation", 1)}
    gone = {pod["metadata"]["uid"] for pod in pods}
    cluster.objects = [obj for obj in cluster.objects if obj["metadata"].get("uid") not in gone]
    for obj in cluster.of("ReplicaSet"):
        if any(one["name"] == owner["metadata"]["name"] for one in obj["metadata"].get("ownerReferences", [])):
            obj["spec"]["replicas"], obj["status"] = 0, {"replicas": 0}
    return _ref(owner, "0 replicas")


def ingress_class(cluster: Cluster, chance: random.Random) -> Altered | None:
    """An Ingress was made anew, and names a class that is not there."""
    for ingress in _one(cluster.of("Ingress"), chance):
        ingress["status"] = {"loadBalancer": {}}
        ingress["spec"]["ingressClassName"] = "ngnix"
        return _ref(ingress, "ngnix")
    return None


def node_selector(cluster: Cluster, chance: random.Random) -> Altered | None:
    """A workload selects nodes by a label that none has, and its pods are made anew."""
    owner = _workload(cluster, chance, lambda obj: obj["kind"] != "DaemonSet")
    if owner is None:
        return None
    _altered_in_all(cluster, owner, lambda spec: spec.update(nodeSelector={"disk": "optane"}))
    count = sum(obj["kind"] == "Node" for obj in cluster.objects)
    cluster.unschedulable(owner, f"0/{count} nodes are available: {count} node(s) didn't match Pod's node affinity/selector.")
    return _ref(owner, "optane")


def memory_request(cluster: Cluster, chance: random.Random) -> Altered | None:
    """A workload asks for more memory than any node has, and its pods are made anew."""
    owner = _workload(cluster, chance, lambda obj: obj["kind"] != "DaemonSet")
    if owner is None:
        return None
    _altered_in_all(cluster, owner, lambda spec: spec["containers"][0].update(resources={"requests": {"memory": "9000Gi"}}))
    count = sum(obj["kind"] == "Node" for obj in cluster.objects)
    cluster.unschedulable(owner, f"0/{count} nodes are available: {count} Insufficient memory.")
    return _ref(owner, "9000Gi|memory")


def claim_class(cluster: Cluster, chance: random.Random) -> Altered | None:
    """A claim is made anew of a class that is not there; the pod that mounts it waits."""
    claim = _chosen(cluster.of("PersistentVolumeClaim"), chance)
    if claim is None:
        return None
    claim["spec"] |= {"storageClassName": "fsat"}
    claim["spec"].pop("volumeName", None)
    claim["status"] = {"phase": "Pending"}
    name = claim["metadata"]["name"]
    for kind in sorted(_OWNERS):
        for owner in cluster.of(kind):
            mounted = [pod for pod in cluster.pods_of(owner) if _mounts(pod, name)]
            if mounted:
                cluster.unschedulable(owner, "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.")
    return _ref(claim, "fsat")


def autoscaler_target(cluster: Cluster, chance: random.Random) -> Altered | None:
    """An autoscaler names a workload that is not there: the controller says so in a condition."""
    autoscaler = _chosen(cluster.of("HorizontalPodAutoscaler"), chance)
    if autoscaler is None:
        return None
    autoscaler["spec"]["scaleTargetRef"]["name"] += "x"
    name = autoscaler["spec"]["scaleTargetRef"]["name"]
    message = f'the HPA controller was unable to get the target\'s current scale: deployments.apps "{name}" not found'
    condition = {"type": "AbleToScale", "status": "False", "reason": "FailedGetScale", "message": message}
    autoscaler["status"]["conditions"] = [condition | {"lastTransitionTime": autoscaler["metadata"]["creationTimestamp"]}]
    return _ref(autoscaler, name)


def readiness_path(cluster: Cluster, chance: random.Random) -> Altered | None:
    """A readiness probe asks for a path that the program does not know."""
    owner = _workload(cluster, chance, _is_probed)
    if owner is None:
        return None
    _altered_in_all(cluster, owner, lambda spec: spec["containers"][0]["readinessProbe"]["httpGet"].update(path="/raedy"))
    pods = cluster.pods_of(owner)
    for pod in pods:
        pod["status"]["containerStatuses"][0] |= {"ready": False}
        cluster._unready(pod)  # noqa: SLF001  # of this module
        cluster._event(pod, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404")  # noqa: SLF001  # of this module
    cluster.out_of_service(owner, pods)
    return _ref(owner, "raedy")


def config_deleted(cluster: Cluster, chance: random.Random) -> Altered | None:
    """Later: a ConfigMap or Secret that running pods need is deleted."""
    owner = _workload(cluster, chance, lambda obj: bool(list(_needed(obj))))
    if owner is None:
        return None
    kind, name = next(_needed(owner))
    return _deleted(cluster, kind, _place(owner), name)


def account_deleted(cluster: Cluster, chance: random.Random) -> Altered | None:
    """Later: the ServiceAccount of running pods is deleted."""
    owner = _workload(cluster, chance, lambda obj: bool(obj["spec"]["template"]["spec"].get("serviceAccountName")))
    return _deleted(cluster, "ServiceAccount", _place(owner), owner["spec"]["template"]["spec"]["serviceAccountName"]) if owner else None


AT_ONCE = (
    service_selector,
    service_target_port,
    ingress_service,
    ingress_port,
    image_tag,
    ingress_class,
    config_key,
    config_absent,
    scaled_to_zero,
    node_selector,
    memory_request,
    claim_class,
    autoscaler_target,
    readiness_path,
)
LATER = (config_deleted, account_deleted)


def measure(recordings: Iterable[Recording], seed: int, rounds: int) -> Iterator[Outcome]:
    """Every mutation on every healthy recording that has such an object, a few times with other objects."""
    healthy = [one for one in recordings if one.truth.get("category") == "healthy"]
    for recording in healthy:
        for mutate in (*AT_ONCE, *LATER):
            seen = set[Altered]()
            for number in range(rounds):
                cluster = Cluster(recording.objects)
                chance = random.Random(f"{seed} {recording.name} {mutate.__name__} {number}")  # noqa: S311  # the same choice each time
                altered = mutate(cluster, chance)
                if altered is not None and altered not in seen:
                    seen.add(altered)
                    outcome = _outcome(incidents_of(cluster.objects, recording.logs), altered)
                    if outcome == "silent":
                        told = incidents_of(cluster.objects, recording.logs, level=Severity.INFO)
                        outcome = "info" if any(_names(incident, altered) for incident in told) else outcome
                    yield Outcome(recording.name, mutate.__name__.replace("_", "-"), altered, outcome)


def _outcome(incidents: list[Data], altered: Altered) -> str:
    places = [number for number, incident in enumerate(incidents) if _names(incident, altered)]
    return "silent" if not places else "found" if places[0] else "first"


def _names(incident: Data, altered: Altered) -> bool:
    root = incident["rootCause"]
    refs = [ref for ref in (root["subject"], root["cause"]) if ref]
    named = any((ref["kind"], ref["namespace"], ref["name"]) == altered[:3] for ref in refs)
    said = f"{incident['title']} {root['message']} {root['evidence']}"
    mentioned = altered.name in said and _place({"metadata": root["subject"]}) == altered.namespace
    return (named or mentioned) and any(word in said for word in altered.word.split("|"))


def _is_backed(cluster: Cluster, service: Data) -> bool:
    pods = [pod for pod in cluster.of("Pod") if _place(pod) == _place(service)]
    return bool(service["spec"].get("selector")) and any(_has(pod, service["spec"]["selector"]) for pod in pods)


def _is_probed(obj: Data) -> bool:
    probe = obj["spec"]["template"]["spec"]["containers"][0].get("readinessProbe") or {}
    return bool(probe.get("httpGet"))


def _one(candidates: Iterable[Data], chance: random.Random) -> list[Data]:
    chosen = _chosen(candidates, chance)
    return [chosen] if chosen else []


def _backends(ingress: Data) -> Iterator[Data]:
    for rule in ingress["spec"].get("rules", []):
        for path in (rule.get("http") or {}).get("paths", []):
            if path["backend"].get("service"):
                yield path["backend"]["service"]


def _keys_read(owner: Data) -> Iterator[tuple[str, str, str]]:
    """The keys that the first container's environment reads: kind, name and key."""
    for variable in owner["spec"]["template"]["spec"]["containers"][0].get("env", []):
        for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            found = (variable.get("valueFrom") or {}).get(field)
            if found and not found.get("optional"):
                yield kind, found["name"], found["key"]


def _environments(owner: Data) -> Iterator[tuple[str, str]]:
    """The ConfigMaps and Secrets that the first container's environment needs: kind and name."""
    for source in owner["spec"]["template"]["spec"]["containers"][0].get("envFrom", []):
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if source.get(field) and not source[field].get("optional"):
                yield kind, source[field]["name"]
    for kind, name, _key in _keys_read(owner):
        yield kind, name


def _needed(owner: Data) -> Iterator[tuple[str, str]]:
    """The ConfigMaps and Secrets without which no new pod of a workload starts: kind and name."""
    yield from _environments(owner)
    for volume in owner["spec"]["template"]["spec"].get("volumes", []):
        for field, key, kind in (("configMap", "name", "ConfigMap"), ("secret", "secretName", "Secret")):
            if volume.get(field) and not volume[field].get("optional"):
                yield kind, volume[field][key]


def _mounts(pod: Data, claim: str) -> bool:
    return any((volume.get("persistentVolumeClaim") or {}).get("claimName") == claim for volume in pod["spec"].get("volumes", []))


def _deleted(cluster: Cluster, kind: str, namespace: str, name: str) -> Altered | None:
    kept = [obj for obj in cluster.objects if (obj["kind"], _place(obj), obj["metadata"]["name"]) != (kind, namespace, name)]
    gone = len(kept) < len(cluster.objects)
    cluster.objects = kept
    return Altered(kind, namespace, name, name) if gone else None
