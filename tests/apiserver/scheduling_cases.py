"""Small clusters with one pod, shop/cart, that waits for a node. A real scheduler has judged each: see scheduling_messages.json."""

import random
from collections.abc import Callable, Iterator
from typing import Any

Object = dict[str, Any]

WANTED = "cart"
ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"
RANDOM_CASES = 90


def node(name: str, *, cpu: str = "4", memory: str = "8Gi", pods: str = "110", **more: Any) -> Object:
    """A node; `labels`, `taints`, `unschedulable`, and further resources in `extra`."""
    spec = {key: more[key] for key in ("taints", "unschedulable") if key in more}
    status = {"allocatable": {"cpu": cpu, "memory": memory, "pods": pods, **more.get("extra", {})}}
    labels = {HOST: name, **more.get("labels", {})}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "spec": spec, "status": status}


def pod(name: str = WANTED, *, on: str = "", requests: Any = None, labels: Any = None, **spec: Any) -> Object:
    """A pod, bound to the node `on`; `container` adds to its container."""
    container = {"name": "api", "image": "shop/cart:1.0", "resources": {"requests": requests or {}}, **spec.pop("container", {})}
    namespace = spec.pop("namespace", "shop")
    whole = {"containers": [container], **({"nodeName": on} if on else {}), **spec}
    metadata = {"name": name, "namespace": namespace, "labels": labels or {"app": name}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": whole}


def taint(key: str, value: str = "", effect: str = "NoSchedule") -> Object:
    return {"key": key, "value": value, "effect": effect}


def near(app: str, key: str = HOST, **more: Any) -> Object:
    return {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": key, **more}


def affinity(*, pods: list[Object] | None = None, away: list[Object] | None = None, nodes: list[Object] | None = None) -> Object:
    """The required terms of an affinity."""
    made: Object = {}
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    if pods:
        made["podAffinity"] = {required: pods}
    if away:
        made["podAntiAffinity"] = {required: away}
    if nodes:
        made["nodeAffinity"] = {required: {"nodeSelectorTerms": nodes}}
    return made


def spread(app: str = WANTED, key: str = ZONE, skew: int = 1, **more: Any) -> Object:
    constraint = {"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": "DoNotSchedule"}
    return {**constraint, "labelSelector": {"matchLabels": {"app": app}}, **more}


def claim(name: str, *, volume: str = "", storage_class: str = "fast", modes: tuple[str, ...] = ("ReadWriteOnce",), **spec: Any) -> Object:
    metadata: Object = {"name": name, "namespace": "shop"}
    if volume:
        metadata["annotations"] = {"pv.kubernetes.io/bind-completed": "yes"}
    whole = {"accessModes": list(modes), "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": storage_class, **spec}
    if volume:
        whole["volumeName"] = volume
    kind = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata}
    return {**kind, "spec": whole, "status": {"phase": "Bound" if volume else "Pending"}}


def volume(name: str, *, zones: list[str] | None = None, claimed: str = "", labels: dict[str, str] | None = None, **spec: Any) -> Object:
    whole: Object = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "fast",
        "csi": {"driver": "disk.example.com", "volumeHandle": name},
        **spec,
    }
    if zones:
        terms = [{"matchExpressions": [{"key": ZONE, "operator": "In", "values": zones}]}]
        whole["nodeAffinity"] = {"required": {"nodeSelectorTerms": terms}}
    if claimed:
        whole["claimRef"] = {"kind": "PersistentVolumeClaim", "namespace": "shop", "name": claimed}
    status = {"phase": "Bound" if claimed else "Available"}
    metadata = {"name": name, "labels": labels or {}}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": whole, "status": status}


def storage_class(name: str = "fast", mode: str = "WaitForFirstConsumer", provisioner: str = "disk.example.com", **more: Any) -> Object:
    kind = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}}
    return {**kind, "provisioner": provisioner, "volumeBindingMode": mode, **more}


def csi_node(name: str, count: int) -> Object:
    drivers = [{"name": "disk.example.com", "nodeID": name, "topologyKeys": [], "allocatable": {"count": count}}]
    return {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": name}, "spec": {"drivers": drivers}}


def mounts(*claims: str) -> list[Object]:
    return [{"name": f"data-{number}", "persistentVolumeClaim": {"claimName": name}} for number, name in enumerate(claims)]


def namespace(name: str, **labels: str) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def _ask(cpu: str) -> Object:
    return {"name": "step", "image": "shop/cart:1.0", "resources": {"requests": {"cpu": cpu}}}


def _zones(*zones: str, **more: Any) -> list[Object]:
    return [node(f"node-{letter}", labels={ZONE: zone}, **more) for letter, zone in zip("abcdef", zones, strict=False)]


def _requests() -> dict[str, list[Object]]:
    sidecar = {**_ask("1"), "name": "proxy", "restartPolicy": "Always"}
    return {
        "too little cpu": [node("node-a"), pod("search", on="node-a", requests={"cpu": "3"}), pod(requests={"cpu": "1500m"})],
        "just enough cpu": [node("node-a"), pod("search", on="node-a", requests={"cpu": "3"}), pod(requests={"cpu": "1"})],
        "cpu by a thousandth": [node("node-a"), pod("search", on="node-a", requests={"cpu": "3"}), pod(requests={"cpu": "1001m"})],
        "an init container asks for more": [node("node-a"), pod(requests={"cpu": "1"}, initContainers=[_ask("5")])],
        "a sidecar beside the containers": [node("node-a"), pod(requests={"cpu": "3500m"}, initContainers=[sidecar])],
        "an init container beside a sidecar": [node("node-a"), pod(requests={"cpu": "1"}, initContainers=[sidecar, _ask("3500m")])],
        "an init container before a sidecar": [node("node-a"), pod(requests={"cpu": "1"}, initContainers=[_ask("3500m"), sidecar])],
        "more than one resource": [
            node("node-a", extra={"ephemeral-storage": "1Gi"}),
            node("node-b", cpu="32"),
            pod(requests={"cpu": "8", "memory": "9Gi", "ephemeral-storage": "2Gi"}),
        ],
        "an extended resource": [
            node("node-a", extra={"example.com/gpu": "1"}),
            node("node-b"),
            pod("train", on="node-a", container={"resources": {"limits": {"example.com/gpu": "1"}}}),
            pod(container={"resources": {"limits": {"example.com/gpu": "1"}}}),
        ],
        "huge pages": [
            node("node-a", extra={"hugepages-2Mi": "2Mi"}),
            pod(container={"resources": {"limits": {"hugepages-2Mi": "4Mi", "cpu": "1", "memory": "1Gi"}}}),
        ],
        "pod-level resources": [node("node-a"), pod(requests={"cpu": "1"}, resources={"requests": {"cpu": "5"}})],
        "too many pods": [node("node-a", pods="1"), node("node-b"), pod("search", on="node-a"), pod(nodeSelector={HOST: "node-a"})],
        "too many pods and too little cpu": [node("node-a", pods="1", cpu="1"), pod("search", on="node-a"), pod(requests={"cpu": "2"})],
        "limits make requests": [node("node-a"), pod(container={"resources": {"limits": {"cpu": "5"}}})],
    }


def _placement() -> dict[str, list[Object]]:
    control = node("control-a", taints=[taint("node-role.kubernetes.io/control-plane")])
    by_name = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-b"]}]}
    by_label = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": ["c"]}]}
    larger = {"matchExpressions": [{"key": "generation", "operator": "Gt", "values": ["5"]}]}
    return {
        "cordoned": [node("node-a", unschedulable=True), node("node-b", cpu="1"), pod(requests={"cpu": "2"})],
        "cordoned and tainted": [node("node-a", unschedulable=True, taints=[taint("gpu")]), pod()],
        "tolerates the cordon": [
            node("node-a", unschedulable=True, cpu="1"),
            pod(requests={"cpu": "2"}, tolerations=[{"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}]),
        ],
        "taints": [
            control,
            node("node-b", taints=[taint("team", "data", "NoExecute")]),
            node("node-c", cpu="1"),
            pod(requests={"cpu": "2"}),
        ],
        "a taint that only prefers": [node("node-a", cpu="1", taints=[taint("team", "a", "PreferNoSchedule")]), pod(requests={"cpu": "2"})],
        "a toleration of another value": [
            node("node-a", taints=[taint("team", "data")]),
            pod(tolerations=[{"key": "team", "operator": "Equal", "value": "web", "effect": "NoSchedule"}]),
        ],
        "a node selector": [*_zones("a", "b"), pod(nodeSelector={ZONE: "c"})],
        "a taint comes before a selector": [control, *_zones("a", "b"), pod(nodeSelector={ZONE: "c"})],
        "node affinity by label": [*_zones("a", "b"), pod(affinity=affinity(nodes=[by_label]))],
        "node affinity by number": [
            node("node-a", labels={"generation": "5"}),
            node("node-b", labels={"generation": "new"}),
            pod(affinity=affinity(nodes=[larger])),
        ],
        "one of two terms": [*_zones("a", "c", cpu="1"), pod(requests={"cpu": "2"}, affinity=affinity(nodes=[by_label, larger]))],
        "a node by name, as a daemon": [
            node("node-a"),
            node("node-b", cpu="1"),
            pod(requests={"cpu": "2"}, affinity=affinity(nodes=[by_name])),
        ],
        "a name that no node has": [node("node-a"), pod(affinity=affinity(nodes=[by_name]))],
        "names that exclude each other": [
            node("node-a"),
            pod(affinity=affinity(nodes=[{"matchFields": [*by_name["matchFields"], {**by_name["matchFields"][0], "values": ["node-c"]}]}])),
        ],
    }


def _port(number: int, **more: Any) -> Object:
    return {"ports": [{"containerPort": number, "hostPort": number, **more}]}


def _ports() -> dict[str, list[Object]]:
    held = pod("edge", on="node-a", container=_port(8080))
    local = pod("edge", on="node-a", container=_port(8080, hostIP="127.0.0.1"))
    return {
        "a host port": [node("node-a"), held, pod(container=_port(8080))],
        "another protocol": [node("node-a"), held, pod(container=_port(8080, protocol="UDP"))],
        "another address": [node("node-a"), local, pod(container=_port(8080, hostIP="127.0.0.2"))],
        "any address": [node("node-a"), local, pod(container=_port(8080))],
        "the network of the node": [
            node("node-a"),
            pod("edge", on="node-a", hostNetwork=True, container={"ports": [{"containerPort": 9100}]}),
            pod(container=_port(9100)),
        ],
    }


def _spread() -> dict[str, list[Object]]:
    full = [*_zones("a", "a"), node("node-z", cpu="1", labels={ZONE: "b"})]
    mates = [pod("cart-1", on="node-a", labels={"app": "cart"}), pod("cart-2", on="node-b", labels={"app": "cart"})]
    asks: Object = {"requests": {"cpu": "2"}}
    tainted = node("node-z", labels={ZONE: "b"}, taints=[taint("team")])
    return {
        "spread over zones": [*full, mates[0], pod(topologySpreadConstraints=[spread()], **asks)],
        "a label that is missing": [node("node-a"), *_zones("b")[:0], pod(topologySpreadConstraints=[spread()])],
        "two mates allowed": [*full, *mates, pod(topologySpreadConstraints=[spread(skew=2)], **asks)],
        "fewer domains than wanted": [*_zones("a", "b"), *mates, pod(topologySpreadConstraints=[spread(minDomains=3)])],
        "taints are not looked at": [*_zones("a"), tainted, mates[0], pod(topologySpreadConstraints=[spread()])],
        "taints are honoured": [*_zones("a"), tainted, mates[0], pod(topologySpreadConstraints=[spread(nodeTaintsPolicy="Honor")], **asks)],
        "node affinity is honoured": [*full, mates[0], pod(topologySpreadConstraints=[spread()], nodeSelector={ZONE: "a"})],
        "node affinity is ignored": [
            *full,
            mates[0],
            pod(topologySpreadConstraints=[spread(nodeAffinityPolicy="Ignore")], nodeSelector={ZONE: "a"}),
        ],
        "only of the same version": [
            *full,
            pod("cart-1", on="node-a", labels={"app": "cart", "version": "1"}),
            pod(labels={"app": "cart", "version": "2"}, topologySpreadConstraints=[spread(matchLabelKeys=["version"])], **asks),
        ],
        "everything is selected": [*full, *mates, pod(topologySpreadConstraints=[{**spread(), "labelSelector": {}}], **asks)],
        "two constraints": [*full, *mates, pod(topologySpreadConstraints=[spread(skew=3), spread(key=HOST)], **asks)],
        "not demanded": [*full, *mates, pod(topologySpreadConstraints=[spread(whenUnsatisfiable="ScheduleAnyway")], **asks)],
    }


def _neighbours() -> dict[str, list[Object]]:
    two = _zones("a", "b")
    alone: Object = affinity(away=[near("cart", key=ZONE)])
    db = pod("db", on="node-a")
    team: Object = {"namespaceSelector": {"matchLabels": {"team": "data"}}}
    return {
        "away from its mates": [*two, *(pod(f"cart-{one}", on=f"node-{one}", labels={"app": "cart"}) for one in "ab"), pod(affinity=alone)],
        "away from some": [*two, pod("cart-1", on="node-a", labels={"app": "cart"}), pod(affinity=alone, nodeSelector={ZONE: "a"})],
        "others want to be alone": [
            *two,
            pod("lone", on="node-a", affinity=affinity(away=[near("cart", key=ZONE)])),
            pod(nodeSelector={ZONE: "a"}),
        ],
        "near what is not there": [*two, pod(affinity=affinity(pods=[near("db")]))],
        "near what is full": [
            *_zones("a", "b", cpu="2"),
            pod("db", on="node-a", requests={"cpu": "1"}),
            pod(requests={"cpu": "2"}, affinity=affinity(pods=[near("db")])),
        ],
        "near itself, the first": [*_zones("a", cpu="1"), pod(requests={"cpu": "2"}, affinity=affinity(pods=[near("cart")]))],
        "near by a label that no node has": [*two, db, pod(affinity=affinity(pods=[near("db", key="rack")]))],
        "near two, of which one is there": [*two, db, pod(affinity=affinity(pods=[near("db"), near("cache")]))],
        "near in another namespace": [
            *two,
            namespace("data", team="data"),
            pod("db", on="node-a", namespace="data"),
            pod(affinity=affinity(pods=[near("db", namespaces=["data"])]), nodeSelector={ZONE: "b"}),
        ],
        "away by the labels of namespaces": [
            *two,
            namespace("data", team="data"),
            pod("db", on="node-a", namespace="data"),
            pod(affinity=affinity(away=[near("db", **team)]), nodeSelector={ZONE: "a"}),
        ],
        "away in all namespaces": [
            *two,
            namespace("data", team="data"),
            pod("db", on="node-a", namespace="data"),
            pod(affinity=affinity(away=[near("db", namespaceSelector={})]), nodeSelector={ZONE: "a"}),
        ],
        "others are alone by namespaces": [
            *two,
            namespace("data", team="data"),
            pod(
                "db",
                on="node-a",
                namespace="data",
                affinity=affinity(away=[near("cart", namespaceSelector={"matchLabels": {"kubernetes.io/metadata.name": "shop"}})]),
            ),
            pod(nodeSelector={ZONE: "a"}),
        ],
        "away from the same version": [
            *two,
            pod("cart-1", on="node-a", labels={"app": "cart", "version": "1"}),
            pod(
                labels={"app": "cart", "version": "2"},
                affinity=affinity(away=[near("cart", matchLabelKeys=["version"])]),
                nodeSelector={ZONE: "a"},
                requests={"cpu": "5"},
            ),
        ],
    }


def _volumes() -> dict[str, list[Object]]:
    two = _zones("a", "b")
    zone_b = volume("disk-1", zones=["b"], claimed="data")
    bound = claim("data", volume="disk-1")
    data: Object = {"volumes": mounts("data")}
    local = storage_class("fast", provisioner="kubernetes.io/no-provisioner")
    only_c = [{"matchLabelExpressions": [{"key": ZONE, "values": ["c"]}]}]
    once = claim("data", volume="disk-1", modes=("ReadWriteOncePod",))
    disk: Object = {"volumes": [{"name": "disk", "gcePersistentDisk": {"pdName": "disk-1"}}]}
    limits = [node("node-a"), csi_node("node-a", 1), volume("disk-1", claimed="data"), volume("disk-2", claimed="more"), bound]
    return {
        "a claim that is absent": [*two, pod(**data)],
        "a claim that is lost": [*two, {**bound, "status": {"phase": "Lost"}}, pod(**data)],
        "a claim of no class": [*two, claim("data", storage_class=""), pod(**data)],
        "a claim that is bound at once": [*two, storage_class(mode="Immediate"), claim("data"), pod(**data)],
        "a claim of an absent class": [*two, claim("data", storage_class="quick"), pod(**data)],
        "a volume of another zone": [*two, zone_b, bound, pod(nodeSelector={ZONE: "a"}, **data)],
        "a volume that is gone": [*two, bound, pod(**data)],
        "no local volume": [*two, local, claim("data"), volume("disk-1", zones=["c"]), pod(**data)],
        "a local volume on a full node": [
            *_zones("a", "b", cpu="1"),
            local,
            claim("data"),
            volume("disk-1", zones=["a"]),
            pod(requests={"cpu": "2"}, **data),
        ],
        "a local volume on the other node": [
            *two,
            local,
            claim("data"),
            volume("disk-1", zones=["a"]),
            pod(nodeSelector={ZONE: "b"}, **data),
        ],
        "a local volume of another size": [
            *two,
            local,
            claim("data", resources={"requests": {"storage": "2Gi"}}),
            volume("disk-1"),
            pod(**data),
        ],
        "volumes for another zone only": [*two, storage_class(allowedTopologies=only_c), claim("data"), pod(**data)],
        "the label of a zone": [*two, volume("disk-1", labels={ZONE: "c"}, claimed="data"), bound, pod(**data)],
        "the label of two zones": [
            *two,
            volume("disk-1", labels={ZONE: "b__c"}, claimed="data"),
            bound,
            pod(nodeSelector={ZONE: "a"}, **data),
        ],
        "one pod only": [
            *two,
            volume("disk-1", claimed="data", accessModes=["ReadWriteOncePod"]),
            once,
            pod("old", on="node-a", **data),
            pod(**data),
        ],
        "a disk of old times": [node("node-a"), pod("old", on="node-a", **disk), pod(**disk)],
        "too many volumes": [*limits, claim("more", volume="disk-2"), pod("old", on="node-a", **data), pod(volumes=mounts("more"))],
        "a volume that is there already": [*limits, pod("old", on="node-a", **data), pod(requests={"cpu": "5"}, **data)],
        "an ephemeral volume to come": [
            *two,
            pod(volumes=[{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": claim("x")["spec"]}}}]),
        ],
    }


def device_claim(device_class: str, node_name: str = "") -> Object:
    metadata = {"name": "gpu", "namespace": "shop"}
    requests = [{"name": "card", "exactly": {"deviceClassName": device_class, "allocationMode": "ExactCount", "count": 1}}]
    status: Object = {}
    if node_name:
        field = {"key": "metadata.name", "operator": "In", "values": [node_name]}
        selector = {"nodeSelectorTerms": [{"matchFields": [field]}]}
        result = {"request": "card", "driver": "gpu.example.com", "pool": node_name, "device": "card-0"}
        # The scheduler takes devices back from a claim that nobody uses.
        user = {"resource": "pods", "name": "old", "uid": "u1"}
        status = {"allocation": {"devices": {"results": [result]}, "nodeSelector": selector}, "reservedFor": [user]}
    kind = {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": metadata}
    return {**kind, "spec": {"devices": {"requests": requests}}, "status": status}


def _devices() -> dict[str, list[Object]]:
    two = _zones("a", "b")
    device_class = {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "gpu.example.com"}, "spec": {}}
    wants: Object = {"resourceClaims": [{"name": "gpu", "resourceClaimName": "gpu"}]}
    return {
        "a device class that is absent": [*two, device_claim("gpus.example.com"), pod(**wants)],
        "devices of another node": [*two, device_class, device_claim("gpu.example.com", "node-b"), pod(nodeSelector={ZONE: "a"}, **wants)],
    }


def _random(seed: int) -> list[Object]:
    """A cluster at random: three to six nodes with this and that, pods on them, and a pod with two or three wishes."""
    rnd = random.Random(seed)

    def some_node(letter: str) -> Object:
        labels = {ZONE: rnd.choice("abc")} if rnd.random() < 0.8 else {}
        labels |= {"disk": rnd.choice(["ssd", "hdd"])} if rnd.random() < 0.5 else {}
        more: Object = {"taints": [taint("team", rnd.choice(["web", "data"]))]} if rnd.random() < 0.2 else {}
        more |= {"unschedulable": True} if rnd.random() < 0.1 else {}
        return node(f"node-{letter}", cpu=rnd.choice(["1", "2", "4"]), pods=rnd.choice(["2", "3", "110"]), labels=labels, **more)

    letters = "abcdef"[: rnd.randint(3, 6)]
    nodes = [some_node(letter) for letter in letters]
    pods = [
        pod(
            f"other-{number}",
            on=f"node-{rnd.choice(letters)}",
            requests={"cpu": rnd.choice(["100m", "500m", "1"]), "memory": rnd.choice(["1Gi", "3Gi"])},
            labels={"app": rnd.choice(["cart", "db"])},
            container=_port(8080) if rnd.random() < 0.2 else {},
            affinity=affinity(away=[near(rnd.choice(["cart", "db"]), key=rnd.choice([HOST, ZONE]))]) if rnd.random() < 0.2 else {},
        )
        for number in range(rnd.randint(2, 8))
    ]
    wishes: list[Callable[[], Object]] = [
        lambda: {"requests": {"cpu": rnd.choice(["500m", "1", "2", "3"]), "memory": rnd.choice(["1Gi", "6Gi"])}},
        lambda: {"nodeSelector": {"disk": "ssd"}},
        lambda: {"container": _port(8080)},
        lambda: {"topologySpreadConstraints": [spread(key=rnd.choice([ZONE, HOST]), skew=rnd.randint(1, 2))]},
        lambda: {"affinity": affinity(away=[near(rnd.choice(["cart", "db"]), key=rnd.choice([HOST, ZONE]))])},
        lambda: {"affinity": affinity(pods=[near(rnd.choice(["cart", "db"]), key=rnd.choice([HOST, ZONE]))])},
        lambda: {"tolerations": [{"key": "team", "operator": "Exists"}]},
    ]
    spec: Object = {}
    for wish in rnd.sample(wishes, rnd.randint(2, 4)):
        spec |= wish()
    return [*nodes, *pods, pod(labels={"app": "cart"}, **spec)]


def cases() -> Iterator[tuple[str, list[Object]]]:
    """Every case by its name."""
    for made in (_requests(), _placement(), _ports(), _spread(), _neighbours(), _volumes(), _devices()):
        yield from made.items()
    for seed in range(RANDOM_CASES):
        yield f"at random {seed:02}", _random(seed)
