"""Which change of fields would mend a fault: from the finding's own words and evidence, by its code.

Only changes of a value that something else in the cluster suggests: a name that is nearly that of an object which exists, the label
that the pods do bear, the port that they do declare, the room that there is. Nothing is deleted, no claim is changed (most of its
fields are immutable, as is `roleRef`), and of the values of variables only addresses are written (`remedy.address`).
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

import msgspec

from kubedx.analyzers import nearest
from kubedx.findings import EvidenceType, Finding
from kubedx.inventory import Found, Inventory
from kubedx.kube import (
    ConfigMap,
    Container,
    CronJob,
    DaemonSet,
    Deployment,
    Kind,
    KubeObject,
    Node,
    PersistentVolumeClaim,
    Pod,
    Ref,
    Reference,
    ResourceQuota,
    Secret,
    StatefulSet,
    containers,
    format_quantity,
    parse_quantity,
    pod_template,
    references,
)
from kubedx.remedy.address import address_changes
from kubedx.remedy.amounts import amount_of
from kubedx.remedy.calls import dead_calls
from kubedx.remedy.edit import Edit

_TEMPLATES = {
    Deployment.KIND.group_kind: "spec.template.spec.",
    StatefulSet.KIND.group_kind: "spec.template.spec.",
    DaemonSet.KIND.group_kind: "spec.template.spec.",
    CronJob.KIND.group_kind: "spec.jobTemplate.spec.template.spec.",
}
"""Where the pod spec stands in the kinds whose template may be changed: that of a Job may not, nor may most of a pod."""

_NAME_FIELDS = {"secret": "secretName", "persistentVolumeClaim": "claimName"}


class Proposal(msgspec.Struct, frozen=True):
    """The object to change, and the fields. `is_there` sees the same fault in specs, where the finding itself is one of logs or events,
    of which a forecast has none.
    """

    object: KubeObject
    edits: tuple[Edit, ...]
    is_there: Callable[[Inventory], bool] = lambda _inventory: False


def proposals(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """The changes that may mend a fault: none, or the one that its own words suggest. Not proved yet."""
    propose = _BY_CODE.get(finding.code)
    if propose is not None:
        yield from propose(finding, inventory)


def _meant_field(finding: Finding, inventory: Inventory, *, leaf: str = "", alike: bool = False) -> Iterator[Proposal]:
    """The field that the evidence quotes becomes what was meant."""
    meant = finding.values.get("meant", "")
    for piece in finding.evidence if meant else ():
        if piece.type is not EvidenceType.FIELD or piece.path.startswith("status."):
            continue
        target = _to_change(piece.ref, piece.path, inventory)
        if target is None:
            continue
        obj, path = target
        value = int(meant) if meant.isdigit() and (piece.value.isdigit() or piece.path.endswith("targetPort")) else meant
        if piece.value != meant:
            yield Proposal(obj, (Edit(path + leaf, value, alike),))
            return


def _leaf(name: str) -> Callable[[Finding, Inventory], Iterator[Proposal]]:
    return lambda finding, inventory: _meant_field(finding, inventory, leaf=f".{name}")


def _alike(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    return _meant_field(finding, inventory, alike=True)


def _to_change(ref: Ref, path: str, inventory: Inventory) -> tuple[KubeObject, str] | None:
    """The object and path that a human changes for a field of this one: for a pod's, its workload's template."""
    owner = inventory.top_owner_of(ref)
    found = inventory.find(owner)
    if not isinstance(found, Found):
        return None
    prefix = _TEMPLATES.get(owner.group_kind)
    if prefix is not None and ref.group_kind == Pod.KIND.group_kind:
        return found.object, path.replace("spec.", prefix, 1)
    if prefix is not None and path.startswith("spec.template.spec."):
        return found.object, path.replace("spec.template.spec.", prefix, 1)
    # The template of a Job, and nearly all of a pod, cannot be changed; what a controller made is changed back.
    changeable = owner == ref and not isinstance(found.object, Pod) and not path.startswith("spec.template.spec.")
    return (found.object, path) if changeable else None


def _object_reference(kind: Kind) -> Callable[[Finding, Inventory], Iterator[Proposal]]:
    """Every mention of an absent object in the template becomes the one of the namespace that was meant."""

    def propose(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
        absent, meant = finding.values.get("absent", ""), finding.values.get("meant", "")
        if meant and isinstance(inventory.find(kind.ref(finding.subject.namespace, meant)), Found):
            yield from _in_references(finding, inventory, lambda one: one.kind == kind and one.name == absent, _name_path, meant)

    return propose


def _key_reference(kind: Kind) -> Callable[[Finding, Inventory], Iterator[Proposal]]:
    """Every mention of an absent key becomes the key that was meant."""

    def propose(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
        name, key, meant = (finding.values.get(word, "") for word in ("object", "key", "meant"))
        if meant:
            wanted = (kind, name, key)
            yield from _in_references(
                finding, inventory, lambda one: (one.kind, one.name, one.key) == wanted, lambda one: f"{one.path}.key", meant
            )

    return propose


def _in_references(
    finding: Finding, inventory: Inventory, is_wrong: Callable[[Reference], bool], path_of: Callable[[Reference], str], meant: str
) -> Iterator[Proposal]:
    found = inventory.find(inventory.top_owner_of(finding.subject))
    prefix = _TEMPLATES.get(found.object.kind.group_kind) if isinstance(found, Found) else None
    template = pod_template(found.object) if isinstance(found, Found) else None
    if isinstance(found, Found) and prefix is not None and template is not None:
        edits = tuple(Edit(prefix + path_of(one), meant) for one in references(template.spec) if is_wrong(one))
        if edits:
            yield Proposal(found.object, tuple(dict.fromkeys(edits)))


def _name_path(one: Reference) -> str:
    """The field of a reference that holds the name; of one by key, that of the object whose key it is."""
    path = one.path.partition(".items[")[0]
    last = path.rpartition(".")[2]
    projected = ".projected." in path
    return f"{path}.{_NAME_FIELDS.get(last, 'name') if not projected else 'name'}"


def _selector(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """The label of a Service's selector takes the value that the pods bear."""
    found = inventory.find(finding.subject)
    label, meant = finding.values.get("label", ""), finding.values.get("meant", "")
    if isinstance(found, Found) and label and meant:
        yield Proposal(found.object, (Edit(f"spec.selector[{label}]", meant),))


def _node_selector(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """A label of the node selector takes the value that nodes bear, where that is nearly it."""
    prefix = "spec.nodeSelector["
    nodes = inventory.list(Node).items
    for piece in finding.evidence:
        if not piece.path.startswith(prefix):
            continue
        key = piece.path.removeprefix(prefix).removesuffix("]")
        meant = nearest(piece.value, {node.metadata.labels[key] for node in nodes if key in node.metadata.labels})
        target = _to_change(piece.ref, piece.path, inventory)
        if meant is not None and target is not None:
            yield Proposal(target[0], (Edit(target[1], meant),))
            return


def _request(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """The request becomes what the roomiest node has free, where the pod has one container and that is worth anything."""
    resource, room = finding.values.get("resource", ""), finding.values.get("largest_node", "")
    found = inventory.find(finding.subject)
    if resource not in {"cpu", "memory"} or not room or not isinstance(found, Found) or not isinstance(found.object, Pod):
        return
    target = _to_change(finding.subject, f"spec.containers[{finding.values.get('container', '')}].resources.requests.{resource}", inventory)
    left, asked = _amount(room), _amount(finding.values.get("request", ""))
    if target is None or len(found.object.spec.containers) != 1 or left is None or asked is None:
        return
    own = amount_of(found.object.spec.containers[0].resources.requests.get(resource)) or asked
    share = left - (asked - own)  # sidecars and the overhead of the pod keep theirs
    if share * 4 >= own:  # less than a quarter of what it asked for would hardly let it work
        yield Proposal(target[0], (Edit(target[1], _rounded_down(share, resource)),))


def _rounded_down(amount: Decimal, resource: str) -> str:
    if resource == "cpu":
        return f"{int(amount * 1000) // 50 * 50}m"
    return f"{int(amount) // 1024**2 // 64 * 64}Mi"


def _quota(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """The hard limit becomes what is used and what is still to come."""
    found = inventory.find(finding.cause) if finding.cause is not None else None
    if not isinstance(found, Found) or not isinstance(found.object, ResourceQuota):
        return
    workload = inventory.find(finding.subject)
    missing = _missing_pods(workload.object) if isinstance(workload, Found) else 1
    used, requested = (_listed(finding.values.get(word, "")) for word in ("used", "requested"))
    for resource, quantity in found.object.status.used.items():
        used[resource] = max(used.get(resource, Decimal(0)), _amount(str(quantity)) or Decimal(0))
    edits = []
    for resource, amount in requested.items():
        written = found.object.spec.hard.get(resource)
        needed = used.get(resource, Decimal(0)) + amount * missing
        if written is not None and (hard := _amount(str(written))) is not None and needed > hard:
            edits.append(Edit(f"spec.hard[{resource}]", _rounded_up(needed, resource)))
    if edits:
        yield Proposal(found.object, tuple(edits))


def _rounded_up(amount: Decimal, resource: str) -> str:
    if resource.endswith(("memory", "storage")):
        return f"{-(-int(amount) // 1024**2)}Mi"
    return format_quantity(amount, resource)


def _missing_pods(workload: KubeObject) -> int:
    wanted, has = getattr(getattr(workload, "spec", None), "replicas", 1), getattr(getattr(workload, "status", None), "replicas", 0)
    return max(wanted - has, 1) if isinstance(wanted, int) and isinstance(has, int) else 1


def _listed(text: str) -> dict[str, Decimal]:
    """`requests.cpu=2,pods=1` taken apart."""
    pairs = (pair.partition("=") for pair in text.split(","))
    return {name.strip(): amount for name, _, written in pairs if (amount := _amount(written.strip())) is not None}


def _amount(written: str) -> Decimal | None:
    try:
        return parse_quantity(written)
    except ValueError:
        return None


def _address(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """The host or port that the workload is told becomes the one that was meant."""
    caller, host = inventory.top_owner_of(finding.subject), finding.values.get("host", "")

    def leads_nowhere(foreseen: Inventory) -> bool:
        found = foreseen.find(caller)
        return isinstance(found, Found) and any(call.address.host == host for call in dead_calls(found.object, foreseen))

    for change in address_changes(finding, inventory):
        yield Proposal(change.object, change.edits, leads_nowhere)


def _target_port(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """The target port becomes the name that was meant, or else the only port that the containers declare."""
    declared = finding.values.get("declared", "").split(", ")
    name, _, number = declared[0].removesuffix(")").partition(" (")
    only = (name if name != "unnamed" else number) if len(declared) == 1 else ""
    meant = finding.values.get("meant") or only
    yield from _meant_field(msgspec.structs.replace(finding, values={**finding.values, "meant": meant}), inventory)


def _budget(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """The budget leaves room for one pod, where there is more than one."""
    found, expected = inventory.find(finding.subject), finding.values.get("expected", "")
    if isinstance(found, Found) and expected.isdigit() and int(expected) > 1:
        is_minimum = finding.values.get("field") == "minAvailable"
        yield Proposal(found.object, (Edit(f"spec.{finding.values['field']}", int(expected) - 1 if is_minimum else 1),))


def _probe(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """The probe asks the port that the container declares, or the path that another probe of it asks, which is nearly the same."""
    piece = next((one for one in finding.evidence if one.path.endswith(_HANDLERS)), None)
    target = _to_change(piece.ref, piece.path, inventory) if piece is not None else None
    pod = inventory.find(piece.ref) if piece is not None else None
    if piece is None or target is None or not isinstance(pod, Found) or not isinstance(pod.object, Pod):
        return
    meant = finding.values.get("meant", "")
    if meant:
        yield Proposal(target[0], (Edit(f"{target[1]}.port", meant),))
        return
    named = next((one.container for one in containers(pod.object.spec) if f"[{one.container.name}]." in piece.path), None)
    own, others = _paths(named, piece.path) if named is not None else ("", [])
    likely = nearest(own, others) if own else None
    if likely is not None:
        yield Proposal(target[0], (Edit(f"{target[1]}.path", likely),))


def _paths(container: Container, asked: str) -> tuple[str, list[str]]:
    """The path that this probe of a container asks, and those that its others ask."""
    probes = {
        "livenessProbe": container.liveness_probe,
        "readinessProbe": container.readiness_probe,
        "startupProbe": container.startup_probe,
    }
    paths = {name: probe.http_get.path for name, probe in probes.items() if probe is not None and probe.http_get is not None}
    own = next((name for name in paths if f".{name}." in asked), "")
    return paths.get(own, ""), [path for name, path in paths.items() if name != own]


_HANDLERS = (".httpGet", ".tcpSocket", ".grpc")


def _local_gateway(finding: Finding, inventory: Inventory) -> Iterator[Proposal]:
    """The Gateway that a route names becomes the one of the same namespace that was meant."""
    namespace, _, meant = finding.values.get("meant", "").partition("/")
    found = inventory.find(finding.subject)
    piece = next((one for one in finding.evidence if one.path.startswith("spec.parentRefs[")), None)
    if isinstance(found, Found) and piece is not None and meant and namespace == finding.values.get("gateway_namespace"):
        yield Proposal(found.object, (Edit(piece.path, meant),))


_BY_CODE: Mapping[str, Callable[[Finding, Inventory], Iterator[Proposal]]] = {
    "bound-policy-absent": _meant_field,
    "bound-service-account-absent": _meant_field,
    "budget-blocks-all": _budget,
    "called-port-absent": _address,
    "called-service-absent": _address,
    "claim-absent": _object_reference(PersistentVolumeClaim.KIND),
    "config-map-absent": _object_reference(ConfigMap.KIND),
    "config-map-key-absent": _key_reference(ConfigMap.KIND),
    "container-crashes": _address,
    "dependency-unreachable": _address,
    "gateway-class-absent": _meant_field,
    "hpa-target-absent": _leaf("name"),
    "image-name-invalid": _meant_field,
    "image-pull-failed": _meant_field,
    "ingress-class-absent": _meant_field,
    "ingress-port-absent": _alike,
    "ingress-service-absent": _alike,
    "liveness-probe-kills": _probe,
    "pod-node-selector-unmatched": _node_selector,
    "pod-resources-insufficient": _request,
    "priority-class-absent": _meant_field,
    "probe-port-name-absent": _meant_field,
    "pull-secret-absent": _leaf("name"),
    "readiness-probe-fails": _probe,
    "pod-scheduler-absent": _meant_field,
    "resource-claim-absent": _meant_field,
    "route-gateway-absent": _local_gateway,
    "route-listener-absent": _meant_field,
    "scaled-object-target-absent": _meant_field,
    "startup-probe-kills": _probe,
    "quota-exceeded": _quota,
    "route-backend-absent": _alike,
    "runtime-class-absent": _meant_field,
    "secret-absent": _object_reference(Secret.KIND),
    "secret-key-absent": _key_reference(Secret.KIND),
    "service-account-absent": _meant_field,
    "service-selects-nothing": _selector,
    "target-port-name-absent": _target_port,
    "target-port-undeclared": _meant_field,
    "tls-secret-absent": _alike,
}
