"""prometheus-config-invalid"""

from collections.abc import Iterator

from kubedx.analyzers import AskValues, Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.prometheus._config import configuration_of
from kubedx.analyzers.rules.prometheus._faults import Fault, faults
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap, Pod, condition

MAX_NAMED = 3


@rule(
    filter="PrometheusConfigValidate",
    on=Pod,
    consults=(ConfigMap,),
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.CRASHES, Effect.NOT_READY, Effect.UNAVAILABLE),
    added="0.1",
)
def prometheus_config_invalid(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Prometheus cannot load its configuration.

    ## What it means
    The ConfigMap that Prometheus reads is no YAML, or holds a field, a duration, a relabel action or a regular expression that
    Prometheus refuses. A new pod ends with it at once; one that runs already keeps the old configuration until it is restarted.
    https://prometheus.io/docs/prometheus/latest/configuration/configuration/

    ## When it is not reported
    For configurations of the Prometheus operator, which are in a Secret and are checked by the operator; for files that come by other
    ways than a ConfigMap; and when the ConfigMap could not be read.

    ## How to fix it
    Correct the named value; `promtool check config` tells the rest. Then reload or restart Prometheus.
    """
    found = configuration_of(pod, inventory)
    if found is None:
        return
    if found.config_map.documents is None:
        yield AskValues(found.config_map.ref)
        return
    if found.document is None:
        return
    error = found.document.error
    wrong: list[Fault] = [("", f"is no YAML: {quoted(error)}")] if error else list(faults(found.document.value))
    if not wrong:
        return
    ready = condition(pod, "Ready")
    runs = ready is not None and ready.status == "True"
    path, what = wrong[0]
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    name = f"{found.config_map.name}/{found.key}"
    yield Hit(
        message=f"configuration {name} is wrong: {path + ' ' if path else 'it '}{what}{more}"
        + ("; the running Prometheus keeps its old one" if runs else ""),
        evidence=tuple(
            field(found.config_map, f"data[{found.key}]{'.' + place if place else ''}", said) for place, said in wrong[:MAX_NAMED]
        ),
        part=f"key {found.key}",
        cause=found.config_map.ref,
        severity=Severity.WARNING if runs else Severity.ERROR,
        values={"config_map": found.config_map.name, "key": found.key, "place": path, "why": what},
    )
