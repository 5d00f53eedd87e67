"""volume-mount-failed"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import has_started, is_live, is_well, live_containers, unready_since
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Event, PersistentVolumeClaim, Pod, VolumeAttachment, event_count, first_seen, last_seen, pattern_of

FRESH = timedelta(minutes=10)
"""The kubelet tries again at least every two minutes, the attach controller too; older failures have been overcome or are repeated."""
PATIENCE = timedelta(minutes=2)
"""A first failure often passes: a cache that is not filled, a volume that is still being detached elsewhere."""

_VOLUME = pattern_of(r'for volume "(?P<volume>[^"]+)"')
_UNMOUNTED = pattern_of(r"unmounted volumes=\[(?P<volume>[^\],\s]+)")
_ABSENT = pattern_of(
    r'(?:secret|configmap) "[^"]+" not found|references non-existent (?:secret|config) key|persistentvolumeclaim "[^"]+" not found'
)
_TRANSIENT = pattern_of(r"failed to sync (?:secret|configmap) cache|not registered|no relationship found between node")
_TAIL = pattern_of(r"(?:rpc error: code = \w+ desc = )")
_CLASSES = (
    (
        "multi-attach",
        pattern_of(r"Multi-Attach|already exclusively attached|already used by pod|volume is already attached", re.IGNORECASE),
    ),
    (
        "driver-absent",
        pattern_of(r"driver name \S+ not found in the list of registered CSI drivers|no volume plugin matched", re.IGNORECASE),
    ),
    (
        "path",
        pattern_of(r"hostPath type check failed|no such file or directory|is not a directory|is not a file|does not exist", re.IGNORECASE),
    ),
    ("unreachable", pattern_of(r"connection refused|timed out|i/o timeout|no route to host|no such host|deadline exceeded", re.IGNORECASE)),
    ("permission", pattern_of(r"permission denied|access denied|forbidden|unauthorized|operation not permitted", re.IGNORECASE)),
    ("filesystem", pattern_of(r"wrong fs type|bad superblock|fsck|structure needs cleaning", re.IGNORECASE)),
)
_HOLDER = pattern_of(r"used by pod\(s\) (?P<pods>[^\"]+)")


@rule(
    filter="Pod",
    on=Pod,
    consults=(PersistentVolumeClaim, VolumeAttachment),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def volume_mount_failed(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A volume of a pod cannot be attached to its node, or mounted.

    ## What it means
    The pod has a node and none of its containers starts, because a volume does not come: it is still attached to another node, its
    driver is not installed on this one, a hostPath is not there, the storage does not answer or refuses. The words of the kubelet or of
    the attach controller are quoted.

    ## When it is not reported
    When a Secret, ConfigMap, key or claim is missing (other rules say that), for a failure that is less than two minutes old or has
    not been seen for ten, and as soon as a container has started.

    ## How to fix it
    For a volume that is attached elsewhere, end the pod that uses it there, or wait until its node is gone for good; a Deployment with
    such a volume needs the strategy `Recreate`. For a missing driver, see whether its DaemonSet runs on the node. Otherwise act on the
    quoted words.
    """
    if not is_live(pod) or is_well(pod) or not pod.spec.node_name or any(has_started(view) for view in live_containers(pod)):
        return
    for volume, failures in _by_volume(pod, inventory).items():
        newest = failures[-1]
        if not _counts(failures, inventory.now):
            continue
        said = quoted(_TAIL.sub("", newest.message.partition(" : ")[2] or newest.message))
        error_class = next((name for name, sign in _CLASSES if sign.search(newest.message)), "other")
        holder = _HOLDER.search(newest.message)
        claim = _claim(pod, volume)
        elsewhere = _attached_elsewhere(pod, newest, inventory) if error_class == "multi-attach" else ()
        held = f'; node "{elsewhere[0].spec.node_name}" holds it' if elsewhere else ""
        deed = "attached to its node" if newest.reason == "FailedAttachVolume" else "mounted"
        yield Hit(
            message=f'volume "{volume}" cannot be {deed}: {said}{held}' if volume else f"volumes cannot be {deed}: {said}",
            evidence=(
                event(newest),
                *_source(pod, volume),
                *(field(one, "spec.nodeName", one.spec.node_name) for one in elsewhere[:1]),
            ),
            part=f"volume {volume}" if volume else "",
            since=first_seen(failures[0]) or unready_since(pod),
            error_class=error_class,
            values={
                "volume": volume,
                "reason": said,
                "claim": claim,
                "node": pod.spec.node_name,
                "holder": holder["pods"].strip() if holder else "",
            },
        )


def _by_volume(pod: Pod, inventory: Inventory) -> dict[str, list[Event]]:
    """The failures of each volume that no other rule explains, oldest first. `timed out waiting` says nothing where a volume is named."""
    named: dict[str, list[Event]] = {}
    unnamed: dict[str, list[Event]] = {}
    explained = False
    for one in inventory.events(pod, reasons=("FailedMount", "FailedAttachVolume")):
        if _ABSENT.search(one.message):
            explained = True
        elif _TRANSIENT.search(one.message):
            continue
        elif match := _VOLUME.search(one.message):
            named.setdefault(_own_name(pod, match["volume"], inventory), []).append(one)
        else:
            unmounted = _UNMOUNTED.search(one.message)
            unnamed.setdefault(unmounted["volume"] if unmounted else "", []).append(one)
    return named or ({} if explained else unnamed)


def _attached_elsewhere(pod: Pod, failure: Event, inventory: Inventory) -> tuple[VolumeAttachment, ...]:
    """What attaches the volume that an event names to other nodes than the pod's."""
    named = _VOLUME.search(failure.message)
    attached = _attachments(inventory).get(named["volume"], ()) if named else ()
    return tuple(one for one in attached if one.spec.node_name != pod.spec.node_name)


@once_per_inventory
def _attachments(inventory: Inventory) -> dict[str, list[VolumeAttachment]]:
    """What is attached, by the name of the volume."""
    found: dict[str, list[VolumeAttachment]] = {}
    for one in inventory.list(VolumeAttachment):
        if one.status.attached:
            found.setdefault(one.spec.source.persistent_volume_name, []).append(one)
    return found


def _own_name(pod: Pod, name: str, inventory: Inventory) -> str:
    """The pod's name for a volume: events call a persistent one by its PersistentVolume."""
    if any(one.name == name for one in pod.spec.volumes):
        return name
    for volume in pod.spec.volumes:
        source = volume.persistent_volume_claim
        claim_name = source.claim_name if source is not None else f"{pod.name}-{volume.name}" if volume.ephemeral is not None else ""
        match inventory.get(PersistentVolumeClaim, pod.namespace, claim_name):
            case Found(object=claim) if claim.spec.volume_name == name:
                return volume.name
    return name


def _counts(failures: list[Event], now: datetime) -> bool:
    """Whether a failure is neither a first try nor history."""
    last, first = last_seen(failures[-1]), first_seen(failures[0])
    if last is not None and now - last > FRESH:
        return False
    return first is None or now - first > PATIENCE or sum(map(event_count, failures)) > 3


def _claim(pod: Pod, volume: str) -> str:
    """The name of the claim behind a volume; empty where it is none."""
    sources = (one.persistent_volume_claim for one in pod.spec.volumes if one.name == volume)
    return next((source.claim_name for source in sources if source is not None), "")


def _source(pod: Pod, volume: str) -> tuple[Evidence, ...]:
    """The field that says what a volume is."""
    for one in pod.spec.volumes:
        if one.name == volume:
            sources = (
                ("persistentVolumeClaim.claimName", one.persistent_volume_claim and one.persistent_volume_claim.claim_name),
                ("hostPath.path", one.host_path and one.host_path.path),
                ("csi.driver", one.csi and one.csi.driver),
                ("nfs.server", one.nfs and one.nfs.server),
            )
            return tuple(field(pod, f"spec.volumes[{volume}].{path}", value) for path, value in sources if value)
    return ()
