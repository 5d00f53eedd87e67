"""pod-sandbox-fails"""

import re
from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_live, is_well, unready_since
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.reachability import Duty, failing_agents
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import DaemonSet, Event, Pod, condition, event_count, first_seen, last_seen, pattern_of

SANDBOX = "FailedCreatePodSandBox"
FRESH = timedelta(minutes=10)
"""The kubelet tries again within seconds; what has not failed for that long has succeeded, or is told by something else."""
PATIENCE = timedelta(minutes=1)

_PLUGIN = pattern_of(r'plugin type="(?P<plugin>[^"]+)"')
_PREFIX = pattern_of(
    r"^.*?(?:failed to setup network for sandbox \"[^\"]+\": |network: )(?:plugin type=\"[^\"]+\" (?:name=\"[^\"]+\" )?failed \(\w+\): )?",
    re.DOTALL,
)
_SIGNS = (
    ("addresses", r"no (?:more )?IP(?:v4|v6)? ?addresses|failed to allocate.{0,40}(?:IP|address)|no free (?:IP|addresses)|exhausted"),
    ("plugin-absent", r"failed to find plugin|no such file or directory|cni config uninitialized|no networks? found|not initialized"),
    ("plugin-unreachable", r"connection refused|i/o timeout|deadline exceeded|connect: "),
    ("unauthorized", r"unauthorized|forbidden|certificate"),
    ("pause-image", r"sandbox image|failed to pull.{0,20}image|pull.{0,30}pause"),
    ("runtime-handler", r"no runtime for|RuntimeHandler|runtime handler"),
)
_CLASSES = tuple((name, pattern_of(sign, re.IGNORECASE)) for name, sign in _SIGNS)
_CLASS_WORDS = {
    "addresses": "the network plugin has no free addresses",
    "plugin-absent": "the network plugin is not set up on the node",
    "plugin-unreachable": "the network plugin does not answer",
    "unauthorized": "the network plugin is refused by the API server",
    "pause-image": "the sandbox image cannot be pulled",
    "runtime-handler": "the node has no such runtime handler",
}
_OF_OTHERS = frozenset({"addresses", "pause-image", "runtime-handler"})


@rule(
    filter="Pod",
    on=Pod,
    consults=(DaemonSet,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def pod_sandbox_fails(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The sandbox of a pod, with its network, cannot be made on its node.

    ## What it means
    Before any container starts, the container runtime makes a sandbox and lets the network plugin (CNI) connect it. That fails: the
    plugin has no free addresses, is not installed or not ready on the node, or does not answer. It is said how many pods of the node
    are in the same state, since it is nearly always the node's trouble and not the pod's.

    ## When it is not reported
    For failures less than a minute old, for those that have not been repeated for ten minutes, and when the sandbox has been made since.

    ## How to fix it
    Look at the pods of the network plugin on that node (usually a DaemonSet in kube-system) and their logs. Without free addresses,
    enlarge the range of pod addresses or take pods off the node.
    """
    failures = inventory.events(pod, reasons=(SANDBOX,))
    if not failures or not is_live(pod) or not pod.spec.node_name or _has_sandbox(pod) or not _counts(failures, inventory):
        return
    newest = failures[-1]
    name = next((one for one, sign in _CLASSES if sign.search(newest.message)), "other")
    plugin = _PLUGIN.search(newest.message)
    alike = _failing_on(inventory).get(pod.spec.node_name, 1)
    others = f"; {alike} pods of the node are in the same state" if alike > 1 else ""
    agent = next((one for one in failing_agents(inventory, pod.spec.node_name) if one.duty is Duty.NETWORK), None)
    down = f"; {agent.words}" if agent is not None and name not in _OF_OTHERS else ""
    why = f"{_CLASS_WORDS[name]}: " if name in _CLASS_WORDS else ""
    said = quoted(_PREFIX.sub("", newest.message))
    yield Hit(
        message=f'no sandbox can be made for the pod on node "{pod.spec.node_name}": {why}{said}{others}{down}',
        evidence=(event(newest), field(pod, "spec.nodeName", pod.spec.node_name)),
        cause=agent.daemon_set.ref if agent is not None and down else None,
        since=first_seen(failures[0]) or unready_since(pod),
        error_class=name,
        values={"node": pod.spec.node_name, "plugin": plugin["plugin"] if plugin else "", "reason": said, "pods": str(alike)},
    )


def _has_sandbox(pod: Pod) -> bool:
    """Whether the kubelet says that the sandbox is there, or a container has been started in it."""
    made = condition(pod, "PodReadyToStartContainers")
    statuses = pod.status.init_container_statuses + pod.status.container_statuses
    started = any(one.state.running or one.state.terminated or one.last_state.terminated for one in statuses)
    return (made is not None and made.status == "True") or started


def _counts(failures: tuple[Event, ...], inventory: Inventory) -> bool:
    last, first = last_seen(failures[-1]), first_seen(failures[0])
    if last is not None and inventory.now - last > FRESH:
        return False
    return first is None or inventory.now - first > PATIENCE or sum(map(event_count, failures)) > 3


@once_per_inventory
def _failing_on(inventory: Inventory) -> dict[str, int]:
    """How many pods of each node have no sandbox."""
    found: dict[str, int] = {}
    for pod in inventory.list(Pod):
        if is_live(pod) and pod.spec.node_name and inventory.events(pod, reasons=(SANDBOX,)) and not _has_sandbox(pod):
            found[pod.spec.node_name] = found.get(pod.spec.node_name, 0) + 1
    return found
