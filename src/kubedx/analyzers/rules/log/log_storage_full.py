"""log-storage-full"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.log_classes import SPACE
from kubedx.analyzers.log_words import file_in
from kubedx.analyzers.mounted_file import mounted_file
from kubedx.analyzers.rules.log._callees import complaining_callee
from kubedx.analyzers.rules.log._complaints import FILTER, Complaint, complaints, is_server
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import PersistentVolumeClaim, Pod, Ref


@rule(
    filter=FILTER,
    on=Pod,
    consults=(PersistentVolumeClaim,),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.REQUESTS_FAIL,
    produces=(Effect.REQUESTS_FAIL, Effect.CANNOT_CONNECT, Effect.FAILS),
    added="0.1",
)
def log_storage_full(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is ready, and its log says again and again that there is no space left to write to.

    ## What it means
    The volume, or the node's disk where no volume is mounted, is full. The claim behind the file in question is named with its size.

    ## When it is not reported
    As a fault only while it goes on: several times, up to the end of the log; else for information.

    ## How to fix it
    Enlarge the claim, or delete what is not needed.
    """
    for complaint in complaints(pod, inventory, (SPACE,)):
        told = _who_told(complaint, inventory)
        if told is not None:
            yield complaint.hit(f"; {told}, which it calls, logs the same", cause=told)
            continue
        claim = _claim(complaint)
        clause, evidence, size = _words(claim, inventory)
        yield complaint.hit(
            clause,
            cause=claim,
            evidence=evidence,
            values={"claim": claim.name if claim is not None else "", "size": size, "file": file_in(complaint.error.text)},
        )


def _who_told(complaint: Complaint, inventory: Inventory) -> Ref | None:
    """The only workload that the program calls whose log complains of a full disk too, where the program names no file of its own."""
    if complaint.error.error_class != SPACE or file_in(complaint.error.text) or is_server(complaint.view):
        return None
    return complaining_callee(complaint.pod, inventory, SPACE)


def _claim(complaint: Complaint) -> Ref | None:
    """The claim behind the file that the line names; where it names none, the only claim that the container may write to."""
    pod, container = complaint.pod, complaint.view.container
    path = file_in(complaint.error.text)
    if path:
        mounted = mounted_file(pod, container, path)
        source = mounted.source if mounted is not None else None
        return source if source is not None and source.kind == PersistentVolumeClaim.KIND.kind else None
    mounts = {mount.name for mount in container.volume_mounts if not mount.read_only}
    claims = {
        volume.persistent_volume_claim.claim_name
        for volume in pod.spec.volumes
        if volume.name in mounts and volume.persistent_volume_claim is not None
    }
    return PersistentVolumeClaim.KIND.ref(pod.namespace, next(iter(claims))) if len(claims) == 1 else None


def _words(claim: Ref | None, inventory: Inventory) -> tuple[str, tuple[Evidence, ...], str]:
    if claim is None:
        return "", (), ""
    found = inventory.find(claim)
    size = (
        found.object.status.capacity.get("storage")
        if isinstance(found, Found) and isinstance(found.object, PersistentVolumeClaim)
        else None
    )
    if size is None:
        return f"; it writes to PersistentVolumeClaim {claim.name}", (), ""
    told = str(size)
    return f"; it writes to PersistentVolumeClaim {claim.name} of {told}", (field(claim, "status.capacity.storage", told),), told
