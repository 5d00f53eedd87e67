"""cluster-extension-not-installed"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.rules.olm._kinds import CLUSTER_EXTENSION
from kubedx.analyzers.rules.olm._progress import stuck_hit
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject


@rule(
    filter="ClusterExtension",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS, Effect.UNAVAILABLE),
    added="0.1",
)
def cluster_extension_not_installed(extension: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A ClusterExtension is not installed, or cannot be brought up to date.

    ## What it means
    operator-controller finds no bundle that fits the version and the constraints, or the objects of the bundle were refused: often its
    ServiceAccount lacks a right, which the message names.

    ## When it is not reported
    In the first two minutes of a condition, and while the installation goes on without an error.

    ## How to fix it
    Correct the package's name, version or channel, or grant the ServiceAccount in `spec.serviceAccount` the rights that are missing.
    """
    if extension.kind.group_kind == CLUSTER_EXTENSION and extension.metadata.deletion_timestamp is None:
        hit = stuck_hit(extension, inventory, "Installed", "extension is not installed")
        if hit is not None:
            yield hit
