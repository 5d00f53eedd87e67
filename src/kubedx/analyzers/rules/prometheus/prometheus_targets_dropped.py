"""prometheus-targets-dropped"""

from collections.abc import Iterator

from kubedx.analyzers import AskValues, Hit, Outcome, rule
from kubedx.analyzers.custom_status import entries
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.prometheus._config import configuration_of
from kubedx.analyzers.rules.prometheus._relabeling import kept_by
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import ConfigMap, Node, Pod, Service

MAX_JOBS = 20


@rule(filter="PrometheusConfigRelabelReport", on=Pod, consults=(ConfigMap, Service, Node), severity=Severity.INFO, added="0.1")
def prometheus_targets_dropped(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A scrape job of Prometheus drops targets by relabeling.

    ## What it means
    Of the pods, Services or nodes that the job discovers, its `keep` and `drop` steps leave so many, and the first step that drops any is
    named. For information: jobs that scrape what bears an annotation drop the rest on purpose. Whoever misses a target sees here which
    step it fails.

    ## When it is not reported
    For jobs that keep everything, that discover endpoints or something outside of the cluster, that have selectors, or that have a step
    which cannot be followed from labels, annotations and namespace alone.

    ## How to fix it
    Give the target the annotation or label that the step asks for, or change the step.
    """
    found = configuration_of(pod, inventory)
    if found is None:
        return
    if found.config_map.documents is None:
        yield AskValues(found.config_map.ref)
        return
    value = found.document.value if found.document else None
    for job in entries(value, "scrape_configs")[:MAX_JOBS]:
        kept = kept_by(job, inventory)
        if kept is None or kept.kept == kept.total:
            continue
        yield Hit(
            message=f'job "{kept.job}" keeps {kept.kept} of {kept.total} {kept.role}s; the first step that drops any is {kept.words}',
            evidence=(field(found.config_map, f"data[{found.key}].scrape_configs[{kept.job}].relabel_configs[{kept.step}]", kept.words),),
            part=f"job {kept.job}",
            cause=found.config_map.ref,
            values={"job": kept.job, "kept": str(kept.kept), "total": str(kept.total), "role": kept.role, "step": kept.words},
        )
