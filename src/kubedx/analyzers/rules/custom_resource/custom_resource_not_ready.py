"""custom-resource-not-ready"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.custom_resource._status import (
    BAD,
    BUSY,
    FAILED_PHASES,
    GOOD,
    PATIENCE,
    is_busy,
    is_custom,
    is_old_record,
    is_suspended,
    phase,
    status,
)
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Condition, RawObject, conditions


@rule(
    filter="CustomResource",
    on=RawObject,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS, Effect.UNAVAILABLE, Effect.CANNOT_CONNECT),
    added="0.1",
)
def custom_resource_not_ready(resource: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A custom resource reports of itself that it is not ready, is degraded, or has failed.

    ## What it means
    Its controller wrote so into its status, by the usual conventions: the condition `Ready` or `Available` is False, `Degraded` or
    `Failed` is True, or the phase is Failed. What that means is known to the maker of the resource; reason and message are quoted.

    ## When it is not reported
    While it is progressing, in the first two minutes of a condition, when it is suspended, for runs and backups of more than a day ago,
    and for conditions whose meaning cannot be told from their type.

    ## How to fix it
    Act on the quoted message. The log of the controller that manages the kind tells more.
    """
    if not is_custom(resource) or is_suspended(resource) or resource.metadata.deletion_timestamp is not None:
        return
    if is_old_record(resource, inventory.now):
        return
    found = conditions(resource)
    if any(one.type in BUSY and one.status == "True" and _is_fresh(one, inventory) for one in found):
        return
    wrong = [one for one in found if _is_wrong(one, inventory) and not _is_fresh(one, inventory)]
    if wrong:
        yield _of_condition(resource, min(wrong, key=_urgency), wrong)
    elif not any(one.type in GOOD and one.status == "True" for one in found):
        name, value = phase(resource)
        if value.lower() in FAILED_PHASES:
            yield _of_phase(resource, name, value)


def _is_wrong(one: Condition, inventory: Inventory) -> bool:
    if one.type in BAD:
        return one.status == "True"
    return one.type in GOOD and one.status == "False" and not is_busy(one, inventory.now)


def _is_fresh(one: Condition, inventory: Inventory) -> bool:
    return one.last_transition_time is not None and inventory.now - one.last_transition_time < PATIENCE


def _urgency(one: Condition) -> int:
    """What names the fault comes before what only says that there is one."""
    return (BAD + GOOD).index(one.type)


def _of_condition(resource: RawObject, first: Condition, wrong: list[Condition]) -> Hit:
    why = quoted(first.message)
    return Hit(
        message=f"{resource.kind.kind} reports {first.type}={first.status}"
        + (f", reason {first.reason}" if first.reason else "")
        + (f": {why}" if why else ""),
        evidence=tuple(
            field(resource, f"status.conditions[{one.type}]", f"{one.status} {one.reason} {one.message}".strip()) for one in wrong
        ),
        severity=Severity.WARNING if first.type in {"Degraded", "Synced", "Reconciled"} else Severity.ERROR,
        since=first.last_transition_time,
        values={"condition": first.type, "reason": first.reason, "why": why},
    )


def _of_phase(resource: RawObject, name: str, value: str) -> Hit:
    told = status(resource)
    texts = [text for key in ("message", "reason", "error") if isinstance(text := told.get(key), str)]
    why = next(filter(None, texts), "")
    return Hit(
        message=f"{resource.kind.kind} reports {name} {value}" + (f": {quoted(why)}" if why else ""),
        evidence=(field(resource, f"status.{name}", value), *((field(resource, "status.message", why),) if why else ())),
        values={"condition": name, "reason": value, "why": why},
    )
