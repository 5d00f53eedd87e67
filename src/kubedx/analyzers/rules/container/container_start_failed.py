"""container-start-failed"""

import re
from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well, label, part, suspect_containers, unready_since
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import quoted
from kubedx.analyzers.rules.container._start_failure import start_failure
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, pattern_of

_LAYERS = pattern_of(
    r"^.*(?:failed to create containerd task|failed to create shim task|OCI runtime create failed|runc create failed"
    r"|unable to start container process|error during container init|starting container process caused): ",
    re.DOTALL,
)
"""The components that hand an error on; what matters is what the last of them says."""

_HOST_PATH = pattern_of(r"\"?/\S*/pods/[^/\s]+/volume(?:s|-subpaths)/[^/\s]+/(?P<volume>[^/\s\":,]+)[^\s\":,]*\"?")
"""Where the kubelet keeps a volume on the node; the name in it is that of the pod's volume."""


@rule(
    filter="Pod",
    on=Pod,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def container_start_failed(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The container runtime cannot create or start a container.

    ## What it means
    The image is there, but the runtime fails before the program runs: a mount that does not fit (a file over a directory), a device
    or a right that the node does not grant, a container of the same name that is still there. The runtime's words are quoted.

    ## When it is not reported
    When the command does not exist or cannot be executed: another rule says that. When the container runs again.

    ## How to fix it
    Act on the quoted words. For a mount, compare `volumeMounts` and `subPath` with what the volume and the image hold at that path.
    """
    for view in suspect_containers(pod):
        failed = start_failure(pod, view, inventory)
        if failed is None or failed.executed is not None:
            continue
        said = quoted(_HOST_PATH.sub(r'volume "\g<volume>"', _LAYERS.sub("", failed.message)).removesuffix(": unknown"))
        yield Hit(
            message=f"{label(view)} cannot be started: {said or 'the runtime gives no reason'}",
            evidence=failed.evidence,
            part=part(view),
            since=failed.since or unready_since(pod),
            values={"image": view.container.image, "reason": said},
        )
