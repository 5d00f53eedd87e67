"""Which rules matter for what a user asks, and which kinds they read."""

from collections.abc import Collection, Iterable, Mapping

from kubedx.analyzers.rule import Rule
from kubedx.findings import Effect
from kubedx.kube import (
    ControllerRevision,
    CronJob,
    DaemonSet,
    Deployment,
    Event,
    Job,
    Kind,
    KubeObject,
    Namespace,
    Pod,
    RawObject,
    ReplicaSet,
    StatefulSet,
)

_OWNERS = (Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ControllerRevision)
"""The kinds by which pods fold into the workload that a human changes, and the templates that it had before."""


def relevant(rules: Mapping[str, Rule], filters: Collection[str]) -> tuple[Rule, ...]:
    """The rules of these filters (all, when none is named), and every rule whose effects can explain what they observe."""
    if not filters:
        return tuple(rules.values())
    chosen = chosen_by(rules, filters)
    return with_causes(rules, chosen, {rule.suffers for rule in chosen if rule.suffers})


def chosen_by(rules: Mapping[str, Rule], filters: Collection[str]) -> tuple[Rule, ...]:
    """The rules of these filters alone."""
    return tuple(rule for rule in rules.values() if any(name in filters for name in rule.filters))


def with_causes(rules: Mapping[str, Rule], chosen: Iterable[Rule], suffered: Collection[Effect]) -> tuple[Rule, ...]:
    """The chosen rules, and those that can explain what is suffered, with all that can explain these."""
    found = {rule.code for rule in chosen}
    effects, new = set(suffered), set(suffered)
    while new:
        causes = [rule for code, rule in rules.items() if code not in found and new.intersection(rule.produces)]
        found.update(rule.code for rule in causes)
        new = {rule.suffers for rule in causes if rule.suffers} - effects
        effects |= new
    return tuple(rule for code, rule in rules.items() if code in found)


def kinds_of(rules: Iterable[Rule]) -> tuple[Kind, ...]:
    """The kinds to list for these rules: what they declare, events, namespaces, and the owners of pods."""
    types: set[type[KubeObject]] = {kind_type for rule in rules for kind_type in rule.kinds} | {Event, Namespace}
    if Pod in types:
        types.update(_OWNERS)
    # Custom resources have no kind of their own: a source gives those that it comes upon.
    return tuple(sorted(kind_type.KIND for kind_type in types - {RawObject}))


def reads_custom_resources(rules: Iterable[Rule]) -> bool:
    """Whether these rules judge custom resources, so that a source has to be asked which kinds of them it has."""
    return any(RawObject in rule.on for rule in rules)
