"""config-map-empty"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.config._left_alone import is_left_alone
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap


@rule(filter="ConfigMap", on=ConfigMap, severity=Severity.INFO, added="0.1")
def config_map_empty(config_map: ConfigMap, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """A ConfigMap holds nothing.

    ## What it means
    It has neither `data` nor `binaryData`. Who mounts it finds an empty directory, who reads it into the environment gets no variable.
    That may be meant, so it is only for information.

    ## When it is not reported
    When its keys are unknown, as in some dumps; for those of the system, those that a controller made, those used for leader election,
    those that programs such as Grafana pick up by their label, and those with the annotation `k8sgpt.ai/skip-usage-check: "true"` or the
    label `k8sgpt.ai/dynamically-loaded: "true"`.

    ## How to fix it
    Put the settings in, or delete it if nobody needs it.
    """
    if config_map.keys_known and not config_map.keys and not is_left_alone(config_map):
        yield Hit(message="config map is empty", evidence=(field(config_map, "data (keys)", ""),))
