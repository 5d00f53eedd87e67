"""container-misconfigured"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.crashes import Kind, crashes
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.log_classes import MEANINGS
from kubedx.analyzers.setup_fault import setup_fault
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap, CronJob, Job, Pod, Secret


@rule(
    filter="Pod",
    on=Pod,
    consults=(ConfigMap, Secret, Job, CronJob),
    severity=Severity.ERROR,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def container_misconfigured(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container ends because of how it is set up: a setting, file or right that it lacks, or a configuration that it cannot read.

    ## What it means
    The log of the container that ends names what it misses: an environment variable, a file, a module, a permission, a free port; or it
    rejects its configuration. Where the file in question comes from a ConfigMap or Secret, that object is the cause.

    ## When it is not reported
    When the log tells of something outside of the container, or of nothing; when the container restarted long ago and is ready.

    ## How to fix it
    Give the container what the quoted line asks for: set the variable, correct the file in its ConfigMap, mount the volume, set `fsGroup`.
    """
    for crash in crashes(pod, inventory, Kind.MISCONFIGURED):
        if isinstance(crash, AskLog):
            yield crash
        elif crash.told is not None:
            fault = setup_fault(crash.pod, crash.view.container, crash.told.error_class, crash.told.words, inventory)
            yield crash.hit(
                f"{crash.words}{crash.log_words}{fault.words}",
                cause=fault.cause,
                evidence=fault.evidence,
                values={"class_meaning": MEANINGS.get(crash.told.error_class, ""), **fault.values},
            )
