"""app-protocol-contradicted"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Confidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Service

_SPEECHES = (
    frozenset({"http"}),
    frozenset({"http2", "h2c", "grpc", "grpc-web"}),
    frozenset({"https", "tls"}),
    frozenset({"mongo"}),
    frozenset({"mysql"}),
    frozenset({"redis"}),
)
"""Words of one protocol, as they stand in `appProtocol` and before the first hyphen of a port's name."""


@rule(filter="Service", on=Service, severity=Severity.INFO, confidence=Confidence.POSSIBLE, added="0.1")
def app_protocol_contradicted(service: Service, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """The name of a Service's port tells another application protocol than its `appProtocol`.

    ## What it means
    Service meshes and gateways choose by one of the two how they speak to the pods, and `appProtocol` goes first. When the name is right,
    gRPC is carried as HTTP/1.1, for example, or TLS as plain text, and requests fail.
    https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/

    ## When it is not reported
    When one of them is not set or is not a known word, when both mean the same (`grpc` and `kubernetes.io/h2c`), and for a port
    named `http` that is said to speak HTTP/2.

    ## How to fix it
    Make them agree; set `appProtocol` to what the application speaks.
    """
    for port in service.spec.ports:
        said = _speech(port.app_protocol.removeprefix("kubernetes.io/").lower())
        named = _speech(port.name) or _speech(port.name.partition("-")[0])
        if said is None or named is None or said == named or ("http" in named and "http2" in said):
            continue
        yield Hit(
            message=f'port "{port.name}" says {port.app_protocol} in appProtocol, which its name contradicts',
            evidence=(
                field(service, f"spec.ports[{port.name}].appProtocol", port.app_protocol),
                field(service, f"spec.ports[{port.name}].name", port.name),
            ),
            part=f"port {port.name}",
            values={"port": port.name, "protocol": port.app_protocol},
        )


def _speech(word: str) -> frozenset[str] | None:
    return next((words for words in _SPEECHES if word in words), None)
