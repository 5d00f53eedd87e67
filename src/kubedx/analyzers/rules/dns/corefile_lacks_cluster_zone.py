"""corefile-lacks-cluster-zone"""

from collections.abc import Iterator

from kubedx.analyzers import AskValues, Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.reachability import CLUSTER_ZONE, COREFILE, corefile_fault, is_corefile
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap


@rule(
    filter="DNS",
    on=ConfigMap,
    severity=Severity.ERROR,
    produces=(Effect.CANNOT_START, *BEHIND_A_SERVICE),
    added="0.1",
)
def corefile_lacks_cluster_zone(config_map: ConfigMap, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """The Corefile of the cluster's DNS serves no zone of the cluster, or cannot be read at all.

    ## What it means
    CoreDNS answers for Services by its plugin `kubernetes`, for the zones written behind it. Without the plugin, or with a misspelt zone,
    the name of every Service is "no such host", though CoreDNS runs and is ready. Where the braces of the file do not match, CoreDNS
    does not start with it, and pods that still run serve the file from before.

    ## When it is not reported
    When the plugin serves a zone that may be the cluster's own: a cluster can have another domain than `cluster.local`. When the file
    imports others, which are not read.

    ## How to fix it
    Correct the Corefile; CoreDNS reloads it by itself within a minute or two.
    """
    if not is_corefile(config_map) or config_map.metadata.deletion_timestamp is not None:
        return
    if config_map.data is None:
        yield AskValues(config_map.ref)
        return
    fault = corefile_fault(config_map)
    if fault is not None:
        yield Hit(
            message=f"{fault.words}, so names of Services do not resolve",
            evidence=(field(config_map, f"data[{COREFILE}]", fault.shown),),
            part=f"key {COREFILE}",
            confidence=None if fault.certain else Confidence.LIKELY,
            values={"words": fault.words, "zone": CLUSTER_ZONE},
        )
