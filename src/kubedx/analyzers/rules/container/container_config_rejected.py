"""container-config-rejected"""

import re
from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import (
    is_well,
    label,
    part,
    spec_path,
    suspect_containers,
    unready_since,
    waiting_evidence,
    waiting_for,
)
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.container._absence import CONFIG_ERROR, tells_of_absence
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ContainerView, Pod, pattern_of

NON_ROOT = pattern_of(r"runAsNonRoot|run as root|non-root|non-numeric user", re.IGNORECASE)
_WHERE = pattern_of(r" \(pod: \"[^\"]*\", container: [^)]*\)")
"""The pod and container, which the finding names already."""
_IMAGE_USER = pattern_of(r"non-numeric user \((?P<user>[^)]+)\)")


@rule(
    filter="Pod",
    on=Pod,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def container_config_rejected(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The kubelet refuses to create a container from its configuration.

    ## What it means
    Something in the container's specification does not hold on this node, so the container is never started. Most often it is
    `runAsNonRoot: true` with an image that runs as root, or whose user is a name that the kubelet cannot check; sometimes a subPath
    or an environment variable that cannot be made. The kubelet's words are quoted.

    ## When it is not reported
    When a Secret, a ConfigMap or a key of one is missing: other rules name that. When the pod is being deleted or has ended.

    ## How to fix it
    For `runAsNonRoot`, set `runAsUser` to a number other than 0 that the program can live with, or build the image with a numeric
    `USER`. Otherwise correct what the message names in the pod template.
    """
    del inventory
    for view in suspect_containers(pod):
        reason, message = waiting_for(view)
        if reason != CONFIG_ERROR or not message or tells_of_absence(message):
            continue
        said = quoted(_WHERE.sub("", message))
        non_root = bool(NON_ROOT.search(message))
        user = _IMAGE_USER.search(message)
        yield Hit(
            message=f"{label(view)} is refused by the kubelet: {said}",
            evidence=(*waiting_evidence(pod, view), *_security(pod, view, non_root)),
            part=part(view),
            since=unready_since(pod),
            error_class="run-as-non-root" if non_root else "other",
            values={
                "image": view.container.image,
                "reason": said,
                "user": user["user"] if user else "",
                "non_root": "true" if non_root else "",
            },
        )


def _security(pod: Pod, view: ContainerView, non_root: bool) -> Iterator[Evidence]:
    """The fields that forbid root, the container's own first."""
    if not non_root:
        return
    own = view.container.security_context
    if own is not None and own.run_as_non_root is not None:
        yield field(pod, f"{spec_path(view)}.securityContext.runAsNonRoot", own.run_as_non_root)
    elif pod.spec.security_context is not None and pod.spec.security_context.run_as_non_root is not None:
        yield field(pod, "spec.securityContext.runAsNonRoot", pod.spec.security_context.run_as_non_root)
