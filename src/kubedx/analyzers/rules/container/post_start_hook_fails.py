"""post-start-hook-fails"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import (
    container_events,
    is_well,
    label,
    part,
    spec_path,
    suspect_containers,
    unready_since,
    waiting_evidence,
    waiting_for,
)
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ContainerView, Pod

HOOK_EVENTS = ("FailedPostStartHook",)
SILENT = "PostStartHook failed"
MAX_COMMAND = 120


@rule(filter="Pod", on=Pod, severity=Severity.ERROR, suffers=Effect.CRASHES, produces=WITHOUT_PODS, unless=is_well, added="0.1")
def post_start_hook_fails(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is killed because its postStart hook fails.

    ## What it means
    The kubelet runs the hook right after the container was created, at the same time as its program. A hook that fails ends the
    container, which is then restarted, again and again.

    ## When it is not reported
    When the container runs: the hook has succeeded since.

    ## How to fix it
    Try the hook's command in the image. It may run before the program listens, so it has to wait for what it needs by itself.
    """
    for view in suspect_containers(pod):
        reason, message = waiting_for(view)
        failures = container_events(pod, view.container.name, inventory, HOOK_EVENTS)
        if reason != "PostStartHookError" and not (reason == "CrashLoopBackOff" and failures):
            continue
        said = quoted(failures[-1].message if failures else message)
        # Newer kubelets say no more than that, lest the output of a hook give something away.
        told = f": {said}" if said and said != SILENT else ""
        yield Hit(
            message=f"{label(view)} is killed because its postStart hook{_command(view)} fails{told}",
            evidence=(*_hook(pod, view), *waiting_evidence(pod, view), *(event(one) for one in failures[-1:])),
            part=part(view),
            since=unready_since(pod),
            values={"reason": said if told else "", "command": _command(view).strip()},
        )


def _command(view: ContainerView) -> str:
    """What the hook runs, in words; empty when it runs no command."""
    lifecycle = view.container.lifecycle
    handler = lifecycle.post_start if lifecycle else None
    return f' "{" ".join(handler.exec.command)[:MAX_COMMAND]}"' if handler is not None and handler.exec is not None else ""


def _hook(pod: Pod, view: ContainerView) -> Iterator[Evidence]:
    lifecycle = view.container.lifecycle
    handler = lifecycle.post_start if lifecycle else None
    if handler is not None and handler.exec is not None:
        yield field(pod, f"{spec_path(view)}.lifecycle.postStart.exec.command", handler.exec.command)
