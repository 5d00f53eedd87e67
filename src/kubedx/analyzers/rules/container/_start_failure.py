"""How a container failed to start, in the words of the container runtime: its program never ran."""

from datetime import datetime

import msgspec

from kubedx.analyzers.container_state import container_events, last_end, waiting_for
from kubedx.analyzers.evidence import event, field
from kubedx.findings import Evidence
from kubedx.inventory import Inventory
from kubedx.kube import ContainerView, Pod, pattern_of

_START_FAILED = frozenset({"StartError", "ContainerCannotRun"})
_WAITING = frozenset({"RunContainerError", "CreateContainerError", "PreCreateHookError", "PreStartHookError"})
_EXEC = pattern_of(r'exec: \\?"(?P<command>[^"\\]+)\\?": (?P<why>(?:stat \S+: )?[^"\\:]+)')
_BARE = pattern_of(r"exec:? (?P<command>/\S+?): (?P<why>no such file or directory|permission denied|exec format error)")


class StartFailure(msgspec.Struct, frozen=True):
    """What the runtime says of a start that failed, where it stands, and since when."""

    message: str
    evidence: tuple[Evidence, ...]
    since: datetime | None = None

    @property
    def executed(self) -> tuple[str, str] | None:
        """The command that could not be executed and why; None when the start failed for another reason."""
        match = _EXEC.search(self.message) or _BARE.search(self.message)
        return (match["command"], match["why"]) if match else None


def start_failure(pod: Pod, view: ContainerView, inventory: Inventory) -> StartFailure | None:
    """How a container failed to start; None when it runs now, or when its program did start."""
    status = view.status
    if status is None or status.state.running is not None:
        return None
    end = last_end(view)
    if end is not None and end[1].reason in _START_FAILED:
        path, state = end
        told = (field(pod, f"{path}.reason", state.reason), field(pod, f"{path}.message", state.message))
        return StartFailure(state.message, told, state.finished_at)
    reason, said = waiting_for(view)
    if reason not in _WAITING:
        return None
    waits = field(pod, f"{view.path}.state.waiting.reason", reason)
    if said and ":" in said:
        return StartFailure(said, (waits, field(pod, f"{view.path}.state.waiting.message", said)))
    failures = container_events(pod, view.container.name, inventory, ("Failed",))
    return StartFailure(failures[-1].message, (waits, event(failures[-1]))) if failures else StartFailure(said, (waits,))
