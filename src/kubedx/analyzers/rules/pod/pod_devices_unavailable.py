"""pod-devices-unavailable"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.near_miss import describe_nearest, nearest_object
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, Refusal, nodes_in_words, refusal, without_afterthought
from kubedx.analyzers.scheduling import KINDS
from kubedx.analyzers.scheduling.device_supply import Shortage, shortage
from kubedx.analyzers.scheduling.devices import MAX_USERS, absent_classes, find_device_claim, requests_of, wanted_claims
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import DeviceClass, Pod, Ref, ResourceClaim

MAX_NAMED = 3


@rule(
    filter="Pod",
    on=Pod,
    consults=KINDS,
    severity=Severity.ERROR,
    events=HELP,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    unless=is_well,
    added="0.1",
)
def pod_devices_unavailable(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The devices that a pod claims are not to be had on any node that could take it.

    ## What it means
    The pod has a ResourceClaim (dynamic resource allocation), and the scheduler finds no node with devices for it: the device class does
    not exist, other claims hold all devices, the claim's devices are on a node where the pod cannot run, the driver offers none, or none
    that meets the conditions of the class or the claim. Conditions are judged as far as that can be done exactly; where it cannot, no
    device is said to be missing.

    ## When it is not reported
    In the first minute, and when an autoscaler has just ordered a node. A claim that does not exist has a rule of its own.

    ## How to fix it
    Correct the class in the claim, free devices, or see whether the driver of the devices runs and publishes ResourceSlices.
    """
    refused = refusal(pod, inventory, Reason.DEVICES)
    if refused is None:
        return
    lookups = [find_device_claim(pod, one, inventory) for one in wanted_claims(pod)]
    if any(isinstance(one, Absent) for one in lookups):
        return
    found = [one.object for one in lookups if isinstance(one, Found)]
    hits = (_hit(claim, refused, inventory) for claim in found)
    yield next((hit for hit in hits if hit is not None), None) or _untold(refused)


def _hit(claim: ResourceClaim, refused: Refusal, inventory: Inventory) -> Hit | None:
    """What is wrong with a claim; None for one that is allocated and free to be used."""
    allocation, users = claim.status.allocation, claim.status.reserved_for
    values = {"claim": claim.name, "nodes": nodes_in_words(refused)}
    since = refused.condition.last_transition_time
    if allocation is None:
        absent = next(absent_classes(claim, inventory), None)
        classes = ", ".join(f'"{one.device_class}"' for one in requests_of(claim))
        values["device_class"] = absent.device_class if absent else next((one.device_class for one in requests_of(claim)), "")
        evidence = (field(claim, "spec.devices.requests", values["device_class"]), *refused.evidence)
        if absent is not None:
            ref = DeviceClass.KIND.ref("", absent.device_class)
            near = describe_nearest(nearest_object(inventory, DeviceClass, "", absent.device_class), "")
            words = f'claim "{claim.name}" asks for device class "{absent.device_class}", which does not exist{near}'
            return Hit(message=f"cannot be scheduled: {words}", evidence=evidence, absent=ref, cause=ref, since=since, values=values)
        short = shortage(claim, inventory)
        if short is not None:
            return _short(claim, short, refused, values)
        words = f'no node has devices left of class {classes or "unknown"} for claim "{claim.name}"{_held(claim, inventory)}'
        return Hit(message=f"cannot be scheduled: {words}", evidence=evidence, since=since, values=values)
    if len(users) >= MAX_USERS:
        words = f'claim "{claim.name}" is in use by {len(users)} pods, as many as can be'
        shown = field(claim, "status.reservedFor", len(users))
    elif allocation.node_selector is not None and "not available on the node" in refused.condition.message:
        where = " or ".join(
            ",".join(f"{one.key} {one.operator} {' '.join(one.values)}" for one in (*term.match_expressions, *term.match_fields))
            for term in allocation.node_selector.node_selector_terms
        )
        words = f'the devices of claim "{claim.name}" are where {where}, and the pod cannot run there'
        shown = field(claim, "status.allocation.nodeSelector", where)
    else:
        return None
    return Hit(message=f"cannot be scheduled: {words}", evidence=(shown, *refused.evidence), cause=claim.ref, since=since, values=values)


def _short(claim: ResourceClaim, short: Shortage, refused: Refusal, values: dict[str, str]) -> Hit:
    """What drivers offer does not do for the claim, and why."""
    asked = f'claim "{claim.name}" asks for devices of class "{values["device_class"]}"'
    return Hit(
        message=f"cannot be scheduled: {asked}: {short.words}{_in_words(short.holders)}",
        evidence=(*short.evidence, *refused.evidence),
        since=refused.condition.last_transition_time,
        values={**values, "driver": short.driver, "why": short.words},
    )


def _untold(refused: Refusal) -> Hit:
    said = quoted(without_afterthought(refused.condition.message))
    return Hit(
        message=f"cannot be scheduled: its claims for devices: {said}",
        evidence=refused.evidence,
        since=refused.condition.last_transition_time,
        values={"claim": "", "nodes": nodes_in_words(refused)},
    )


def _held(claim: ResourceClaim, inventory: Inventory) -> str:
    """A clause on the claims that hold devices of the same class."""
    classes = {one.device_class for one in requests_of(claim)}
    return _in_words(tuple(sorted({other for one in classes for other in _holders(inventory).get(one, ()) if other != claim.ref})))


def _in_words(others: tuple[Ref, ...]) -> str:
    if not others:
        return ""
    told = ", ".join(f"{other.namespace}/{other.name}" for other in others[:MAX_NAMED])
    more = f" and {len(others) - MAX_NAMED} more" if len(others) > MAX_NAMED else ""
    return f"; claims {told}{more} hold such devices" if len(others) > 1 else f"; claim {told} holds such devices"


@once_per_inventory
def _holders(inventory: Inventory) -> dict[str, list[Ref]]:
    """The allocated claims by class."""
    holders: dict[str, list[Ref]] = {}
    for claim in inventory.list(ResourceClaim):
        for one in requests_of(claim) if claim.status.allocation is not None else ():
            holders.setdefault(one.device_class, []).append(claim.ref)
    return holders
