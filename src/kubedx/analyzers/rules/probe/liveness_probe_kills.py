"""liveness-probe-kills"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.probes import LIVENESS, budget
from kubedx.analyzers.rules.probe._kills import KILLED, killed_by, port_words
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, format_duration


@rule(filter="Pod", on=Pod, severity=Severity.ERROR, suffers=Effect.CRASHES, produces=KILLED, unless=is_well, added="0.1")
def liveness_probe_kills(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A liveness probe fails, so that the kubelet kills the container again and again.

    ## What it means
    The program itself may be well: the probe asks a wrong port or path, allows too little time, or asks a dependency that is down. What the
    probe asks is told with the ports that the container declares.

    ## When it is not reported
    When the container has been ready for more than ten minutes since, and when it ended with an error of its own.

    ## How to fix it
    Correct the port or path of the probe. For a slow start add a startup probe instead of a longer delay; never let a liveness probe ask
    other services.
    """
    for kill in killed_by(pod, LIVENESS, inventory):
        more, meant = port_words(kill.view, kill.probe)
        given = format_duration(budget(kill.probe))
        slow = "" if more or kill.answer.status else f"; it has {given} after its start until it is killed"
        yield kill.hit(f"{more}{slow}", {"meant": meant, "given": given})
