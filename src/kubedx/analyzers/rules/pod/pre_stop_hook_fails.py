"""pre-stop-hook-fails"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import container_events
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Container, Pod, last_seen

FRESH = timedelta(hours=1)
MAX_COMMAND = 120
SILENT = "PreStopHook failed"


@rule(filter="Pod", on=Pod, severity=Severity.WARNING, added="0.1")
def pre_stop_hook_fails(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The preStop hook of a container fails when the container is to end.

    ## What it means
    The kubelet runs the hook before it tells the program to end, so that it can leave the load balancer or finish its work. When
    the hook fails, the container ends all the same, but without that: requests are cut off at every rollout. Often the image lacks the
    command, such as `sleep` or a shell.

    ## When it is not reported
    When the last failure is more than an hour past. Pods that are gone are not seen, so the rule speaks while one of them ends, or when a
    probe has a container restarted.

    ## How to fix it
    Try the hook's command in the image; for a mere pause use `preStop.sleep`, which needs no command.
    """
    for container in pod.spec.containers:
        handler = container.lifecycle.pre_stop if container.lifecycle else None
        failures = container_events(pod, container.name, inventory, ("FailedPreStopHook",)) if handler is not None else ()
        seen = last_seen(failures[-1]) if failures else None
        if not failures or (seen is not None and inventory.now - seen > FRESH):
            continue
        command = _command(container)
        said = quoted(failures[-1].message)
        told = f": {said}" if said and said != SILENT else ""
        named = f' "{command}"' if command else ""
        hook = (field(pod, f"spec.containers[{container.name}].lifecycle.preStop.exec.command", command),) if command else ()
        yield Hit(
            message=f'container "{container.name}" ends without its preStop hook{named}, which fails{told}',
            evidence=(*hook, event(failures[-1])),
            part=f"container {container.name}",
            since=event(failures[0]).first_seen,
            values={"command": command, "reason": said if told else ""},
        )


def _command(container: Container) -> str:
    handler = container.lifecycle.pre_stop if container.lifecycle else None
    return " ".join(handler.exec.command)[:MAX_COMMAND] if handler is not None and handler.exec is not None else ""
