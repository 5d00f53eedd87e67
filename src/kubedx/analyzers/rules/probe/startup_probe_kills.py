"""startup-probe-kills"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.log_reading import last_line
from kubedx.analyzers.probes import STARTUP, budget
from kubedx.analyzers.rules.probe._kills import KILLED, Kill, killed_by, port_words
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory, Unknown
from kubedx.kube import LogKey, Pod, format_duration

_ENDING = ("sigterm", "shutting down", "signal")


@rule(filter="Pod", on=Pod, severity=Severity.ERROR, suffers=Effect.CRASHES, produces=KILLED, unless=is_well, added="0.1")
def startup_probe_kills(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A startup probe gives up on a container before it has started, so that the kubelet kills it again and again.

    ## What it means
    The program needs longer to start than `initialDelaySeconds` plus `failureThreshold` times `periodSeconds`, or the probe asks a wrong
    port or path. The time that it is given is told, and the last line of its log shows how far it came.

    ## When it is not reported
    While the probe still has attempts left at the first start, and once the container has started.

    ## How to fix it
    Raise `failureThreshold` of the startup probe, or correct its port or path.
    """
    for kill in killed_by(pod, STARTUP, inventory):
        given = format_duration(budget(kill.probe))
        came = ""
        for answer in _last_line(kill, inventory):
            if isinstance(answer, AskLog):
                yield answer
            else:
                came = f"; the last line of its log: {answer}"
        more, meant = port_words(kill.view, kill.probe)
        yield kill.hit(f"; it is given {given} to start{more}{came}", {"given": given, "meant": meant})


def _last_line(kill: Kill, inventory: Inventory) -> Iterator[AskLog | str]:
    """The last thing that the container did before it was told to end."""
    match inventory.log(kill.pod.ref, kill.view.container.name):
        case Unknown(reason=""):
            yield AskLog(LogKey(kill.pod.ref, kill.view.container.name))
        case Found(object=log):
            line = last_line([one for one in log.lines if not any(word in one.lower() for word in _ENDING)])
            if line:
                yield line
