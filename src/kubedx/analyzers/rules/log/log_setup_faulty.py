"""log-setup-faulty"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.log_classes import ARCHITECTURE, COMMAND, ENV, FILE, MODULE, PERMISSION, PORT, SYNTAX
from kubedx.analyzers.rules.log._complaints import FILTER, complaints
from kubedx.analyzers.setup_fault import setup_fault
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap, Pod, Secret

_CLASSES = frozenset({ENV, FILE, SYNTAX, MODULE, COMMAND, ARCHITECTURE, PERMISSION, PORT})


@rule(
    filter=FILTER,
    on=Pod,
    consults=(ConfigMap, Secret),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.REQUESTS_FAIL,
    produces=(Effect.REQUESTS_FAIL, Effect.CANNOT_CONNECT),
    own_reason=True,
    added="0.1",
)
def log_setup_faulty(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is ready, and its log says again and again that it lacks a setting, file or right, or cannot read its configuration.

    ## What it means
    A part of the program fails each time it is used: a variable is not set, a file is not there or may not be read, a configuration cannot
    be parsed. What the pod's template says of it is told; where the file comes from a ConfigMap or Secret, that object is the cause.

    ## When it is not reported
    As a fault only while it goes on: several times, up to the end of the log; else for information. Not where the line says that the
    program goes on with a default.

    ## How to fix it
    Give the container what the quoted line asks for: set the variable, correct the file in its ConfigMap, mount the volume, set `fsGroup`.
    """
    for complaint in complaints(pod, inventory, _CLASSES):
        fault = setup_fault(pod, complaint.view.container, complaint.error.error_class, complaint.error.text, inventory)
        yield complaint.hit(fault.words, cause=fault.cause, evidence=fault.evidence, values=fault.values)
