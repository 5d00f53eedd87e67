"""lifecycle-hook-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import (
    container_events,
    is_settled,
    label,
    live_containers,
    newest,
    part,
    unready_since,
    waiting_evidence,
    waiting_for,
)
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.rules.container._effects import FOLLOWS
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ContainerView, LifecycleHandler, Pod

REASON = "PostStartHookError"


@rule(filter="Pod", on=Pod, severity=Severity.ERROR, suffers=Effect.CANNOT_START, produces=(Effect.CRASHES, *FOLLOWS), added="0.1")
def lifecycle_hook_fails(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The postStart hook of a container fails, so that the kubelet kills the container.

    ## What it means
    A `postStart` hook runs at the side of the container's own command. When it fails the container is killed and started again.

    ## When it is not reported
    When the pod has become ready after the failure.

    ## How to fix it
    Correct the hook's command or address: it may run before the program itself is ready.
    """
    for view in live_containers(pod):
        reason, message = waiting_for(view)
        failures = container_events(pod, view.container.name, inventory, ("FailedPostStartHook",))
        last = newest(failures)
        if reason != REASON and (last is None or is_settled(pod, failures) or (view.status is not None and view.status.ready)):
            continue
        said = quoted(last.message if last is not None else message)
        hook = _words(view)
        yield Hit(
            message=f"{label(view)} is killed because its postStart hook{f' {hook}' if hook else ''} fails" + (f": {said}" if said else ""),
            evidence=(
                *(waiting_evidence(pod, view) if reason else ()),
                *((event(last),) if last is not None else ()),
                *((field(pod, f"spec.containers[{view.container.name}].lifecycle.postStart", hook),) if hook else ()),
            ),
            part=part(view),
            since=unready_since(pod),
            values={"container": view.container.name, "hook": hook, "why": said},
        )


def _words(view: ContainerView) -> str:
    lifecycle = view.container.lifecycle
    handler = lifecycle.post_start if lifecycle is not None else None
    return _of_handler(handler) if handler is not None else ""


def _of_handler(handler: LifecycleHandler) -> str:
    if handler.exec is not None:
        return f'"{" ".join(handler.exec.command)[:120]}"'
    if handler.http_get is not None:
        return f"GET :{handler.http_get.port}{handler.http_get.path}"
    return ""
