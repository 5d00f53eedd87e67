"""Which ConfigMap tells a container the host that it does not reach."""

import re
from collections.abc import Iterator

import msgspec

from kubedx.analyzers.evidence import field
from kubedx.analyzers.rule import AskValues
from kubedx.findings import Evidence
from kubedx.inventory import Found, Inventory
from kubedx.kube import ConfigMap, Container, Pod, Ref, ReferenceUse, references

MAX_VALUE = 100_000
"""Characters of a value that are looked at."""
MAX_LINE = 160


class Origin(msgspec.Struct, frozen=True):
    """The ConfigMap and key whose value holds a host, with the line that does."""

    ref: Ref
    key: str
    line: str

    @property
    def words(self) -> str:
        """A clause for a message."""
        return f'; the address is in key "{self.key}" of ConfigMap {self.ref.name}'

    @property
    def evidence(self) -> Evidence:
        """The line, quoted."""
        return field(self.ref, f"data[{self.key}]", self.line)


def configured_in(pod: Pod, container: Container, host: str, inventory: Inventory) -> Iterator[Origin | AskValues]:
    """The first ConfigMap of a container, in its environment or mounted, that holds a host; asks for values that were not read.

    Nothing where the container's own variables or arguments hold the host: then they are to be changed.
    """
    word = re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w-])")
    own = (*(variable.value for variable in container.env), *container.command, *container.args)
    if any(word.search(value) for value in own):
        return
    for ref in dict.fromkeys(_config_maps(pod, container)):
        found = inventory.find(ref)
        if not isinstance(found, Found) or not isinstance(found.object, ConfigMap):
            continue
        if found.object.data is None:
            yield AskValues(ref)
            continue
        for key, value in sorted(found.object.data.items()):
            line = next((line for line in value[:MAX_VALUE].splitlines() if word.search(line)), "")
            if line:
                yield Origin(ref, key, line.strip()[:MAX_LINE])
                return


def _config_maps(pod: Pod, container: Container) -> Iterator[Ref]:
    mounted = {mount.name for mount in container.volume_mounts}
    for one in references(pod.spec, pod.name):
        in_env = one.use in {ReferenceUse.ENV, ReferenceUse.ENV_FROM} and one.part == container.name
        in_volume = one.use in {ReferenceUse.VOLUME, ReferenceUse.PROJECTED} and one.part in mounted
        if one.kind == ConfigMap.KIND and (in_env or in_volume):
            yield ConfigMap.KIND.ref(pod.namespace, one.name)
