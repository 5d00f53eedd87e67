"""kubelet-certificate-pending"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import CertificateSigningRequest, Condition, Node, Ref, condition

SIGNERS = {
    "kubernetes.io/kubelet-serving": "`kubectl logs`, `kubectl exec` and metrics of the node fail",
    "kubernetes.io/kube-apiserver-client-kubelet": "the node cannot join, or is lost when its old certificate expires",
}
"""https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers"""

PATIENCE = timedelta(minutes=10)
_NODE = "system:node:"
_BOOTSTRAP = "system:bootstrap:"


@rule(filter="Node", on=CertificateSigningRequest, consults=(Node,), severity=Severity.WARNING, added="0.1")
def kubelet_certificate_pending(request: CertificateSigningRequest, inventory: Inventory) -> Iterator[Outcome]:
    """A kubelet asks for a certificate, and nobody has approved it, or it was refused.

    ## What it means
    Requests for serving certificates are approved by nobody unless an approver is installed (a cloud's controller, OpenShift's machine
    approver, a person). Without it the kubelet keeps its old certificate, or one that it signed itself, and the API server does not
    trust it.

    ## When it is not reported
    In the first ten minutes, for other signers, and when the same kubelet has asked again: then only its newest request counts.

    ## How to fix it
    Approve the request after a look at it, and see why the approver did not.
    """
    follows, created = SIGNERS.get(request.spec.signer_name), request.metadata.creation_timestamp
    if follows is None or created is None or _newest(inventory).get(_asker(request)) != (created, request.name):
        return
    refused = condition(request, "Denied") or condition(request, "Failed")
    if request.status.certificate or (refused is None and (condition(request, "Approved") or inventory.now - created < PATIENCE)):
        return
    node = request.spec.username.removeprefix(_NODE) if request.spec.username.startswith(_NODE) else ""
    yield Hit(
        message=(
            f"request of {request.spec.username} for a certificate of {request.spec.signer_name} {_state(refused)}: "
            f"{follows.replace('`', '')}"
        ),
        evidence=(
            field(request, "spec.signerName", request.spec.signer_name),
            field(request, "spec.username", request.spec.username),
            field(request, f"status.conditions[{refused.type}].message", refused.message) if refused else field(request, "status", {}),
        ),
        cause=_node(node, inventory),
        since=created,
        values={"asker": request.spec.username, "signer": request.spec.signer_name, "state": _state(refused)},
    )


def _state(refused: Condition | None) -> str:
    if refused is None:
        return "waits for approval"
    why = quoted(refused.message) or refused.reason
    return f"was {'denied' if refused.type == 'Denied' else 'approved but not signed'}" + (f" ({why})" if why else "")


def _node(name: str, inventory: Inventory) -> Ref | None:
    ref = Node.KIND.ref("", name)
    return ref if name and inventory.exists(ref) else None


def _asker(request: CertificateSigningRequest) -> tuple[str, str]:
    """Kubelets that join share a name, so each request of theirs stands for itself."""
    username = request.spec.username
    return request.spec.signer_name, request.name if username.startswith(_BOOTSTRAP) else username


@once_per_inventory
def _newest(inventory: Inventory) -> dict[tuple[str, str], tuple[datetime, str]]:
    newest: dict[tuple[str, str], tuple[datetime, str]] = {}
    for one in inventory.list(CertificateSigningRequest):
        created = one.metadata.creation_timestamp
        if created is not None:
            newest[_asker(one)] = max(newest.get(_asker(one), (created, one.name)), (created, one.name))
    return newest
