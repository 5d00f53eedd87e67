"""program-listens-on-loopback"""

import re
from collections.abc import Iterator

import msgspec

from kubedx.analyzers import AskLog, AskValues, Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well, label
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field, log_lines
from kubedx.analyzers.probes import answer, target_port
from kubedx.analyzers.unready import Unready, unready_containers
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import ConfigMap, Pod, Ref, ReferenceUse, references

MAX_LINE = 160


class _Sign(msgspec.Struct, frozen=True):
    """Where it is written that the program listens on the loopback address only."""

    words: str
    evidence: Evidence
    cause: Ref | None = None


@rule(
    filter="Pod",
    on=Pod,
    consults=(ConfigMap,),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    produces=(Effect.NOT_READY, *WITHOUT_PODS),
    unless=is_well,
    added="0.1",
)
def program_listens_on_loopback(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A program listens on 127.0.0.1 only, so that nothing outside of its container reaches it.

    ## What it means
    The readiness probe is refused although the program runs, and its configuration, arguments or log say that it listens on the loopback
    address at that very port. Other pods and the kubelet come from outside.

    ## When it is not reported
    When the probe is not refused, or when nothing says where the program listens.

    ## How to fix it
    Let it listen on 0.0.0.0 (or `::`), in the ConfigMap, variable or argument that is named.
    """
    for unready in unready_containers(pod, inventory):
        if isinstance(unready, AskLog):
            yield unready
            continue
        port = target_port(unready.view.container, unready.probe)
        if port is None or unready.failure is None or not answer(unready.failure.message).refused:
            continue
        for sign in _signs(unready, _pattern(port), inventory):
            if isinstance(sign, AskValues):
                yield sign
                continue
            yield Hit(
                message=f"{label(unready.view)} listens on the loopback address only, so that its readiness probe is refused: {sign.words}",
                evidence=(sign.evidence, *unready.evidence),
                part=unready.part,
                cause=sign.cause,
                since=unready.since,
                values={**unready.values, "port": str(port), "source": sign.words},
            )
            break


def _pattern(port: int) -> re.Pattern[str]:
    return re.compile(rf"(?:127\.0\.0\.1|localhost|\[::1\])[:\s\"',]{{1,4}}(?:port\W{{1,3}})?{port}\b", re.IGNORECASE)


def _signs(unready: Unready, loopback: re.Pattern[str], inventory: Inventory) -> Iterator[_Sign | AskValues]:
    """What says so: the container's own variables and arguments, its log, then the ConfigMaps that it mounts."""
    container, pod = unready.view.container, unready.pod
    base = f"spec.containers[{container.name}]"
    for variable in container.env:
        if loopback.search(variable.value):
            yield _Sign(f"variable {variable.name}", field(pod, f"{base}.env[{variable.name}]", loopback.findall(variable.value)[0]))
    words = " ".join((*container.command, *container.args))
    if found := loopback.search(words):
        yield _Sign(f'arguments "{found[0]}"', field(pod, f"{base}.args", found[0]))
    match inventory.log(pod.ref, container.name):
        case Found(object=log):
            line = next((one for one in log.lines if "listen" in one.lower() and loopback.search(one)), "")
            if line:
                yield _Sign(f"its log says: {line.strip()[:MAX_LINE]}", log_lines(pod.ref, container.name, line))
    mounted = {mount.name for mount in container.volume_mounts}
    for one in references(pod.spec, pod.name):
        if one.kind == ConfigMap.KIND and one.use in {ReferenceUse.VOLUME, ReferenceUse.PROJECTED} and one.part in mounted:
            yield from _in_config_map(ConfigMap.KIND.ref(pod.namespace, one.name), loopback, inventory)


def _in_config_map(ref: Ref, loopback: re.Pattern[str], inventory: Inventory) -> Iterator[_Sign | AskValues]:
    found = inventory.find(ref)
    if not isinstance(found, Found) or not isinstance(found.object, ConfigMap):
        return
    if found.object.data is None:
        yield AskValues(ref)
        return
    for key, value in sorted(found.object.data.items()):
        line = next((line.strip() for line in value.splitlines() if loopback.search(line)), "")
        if line:
            yield _Sign(f'key "{key}" of ConfigMap {ref.name} says "{line[:MAX_LINE]}"', field(ref, f"data[{key}]", line), ref)
