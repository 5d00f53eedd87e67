"""Which ConfigMap tells a container the host that it does not reach, or which Secret must."""

import re
from collections.abc import Iterator

import msgspec

from kubedx.analyzers.evidence import field
from kubedx.analyzers.rule import AskValues
from kubedx.findings import Evidence
from kubedx.inventory import Found, Inventory
from kubedx.kube import ConfigMap, Container, Pod, Ref, Reference, ReferenceUse, Secret, pattern_of, references

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

    @property
    def values(self) -> dict[str, str]:
        """The words for the playbook."""
        return {"key": self.key, "config_map": self.ref.name}


class HiddenOrigin(msgspec.Struct, frozen=True):
    """The only Secret from which a container can have an address that is in nothing that can be read. Its values are never read."""

    pod: Ref
    ref: Ref
    key: str
    path: str

    @property
    def words(self) -> str:
        """A clause for a message."""
        what = f'key "{self.key}" of Secret' if self.key else "Secret"
        return f"; the address must come from {what} {self.ref.name}, whose value is not read"

    @property
    def evidence(self) -> Evidence:
        """How the pod refers to it."""
        return field(self.pod, f"spec.{self.path}", f"{self.ref.name}/{self.key}" if self.key else self.ref.name)

    @property
    def values(self) -> dict[str, str]:
        """The words for the playbook."""
        return {"key": self.key, "secret": self.ref.name}


def configured_in(pod: Pod, container: Container, host: str, inventory: Inventory) -> Iterator[Origin | HiddenOrigin | AskValues]:
    """The first ConfigMap of a container, in its environment or mounted, that holds a host; asks for values that were not read.

    Where none does, the Secret that must hold it, if there is but one for addresses. Nothing where the container's own variables or
    arguments hold the host: then they are to be changed.
    """
    word = re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w-])")
    own = (*(variable.value for variable in container.env), *container.command, *container.args)
    if any(word.search(value) for value in own):
        return
    unread = False
    for ref in dict.fromkeys(_config_maps(pod, container)):
        found = inventory.find(ref)
        if not isinstance(found, Found) or not isinstance(found.object, ConfigMap):
            unread = True
            continue
        if found.object.data is None:
            unread = True
            yield AskValues(ref)
            continue
        for key, value in sorted(found.object.data.items()):
            line = next((line for line in value[:MAX_VALUE].splitlines() if word.search(line)), "")
            if line:
                yield Origin(ref, key, line.strip()[:MAX_LINE])
                return
    secrets = {one.name: one for one in reversed(_secrets_with_addresses(pod, container))}
    if len(secrets) == 1 and not unread:
        yield from (HiddenOrigin(pod.ref, Secret.KIND.ref(pod.namespace, one.name), one.key, one.path) for one in secrets.values())


_ADDRESS_WORD = pattern_of(
    r"(?:^|[^a-z])(?:ur[li]|dsn|host(?:s|name)?|addr(?:ess(?:es)?)?|endpoints?|servers?|brokers?|conn(?:ection)?|jdbc)(?![a-z])"
)
"""Words by which the names of variables and keys tell that they hold an address."""


def _secrets_with_addresses(pod: Pod, container: Container) -> list[Reference]:
    """The Secrets from which a container takes what is named as an address; without any, those that it takes whole."""
    used = [one for one in references(pod.spec, pod.name) if one.kind == Secret.KIND and one.part == container.name]
    named = [one for one in used if one.use is ReferenceUse.ENV and _is_named_as_address(one)]
    return named or [one for one in used if one.use is ReferenceUse.ENV_FROM]


def _is_named_as_address(one: Reference) -> bool:
    variable = one.path.partition(".env[")[2].partition("]")[0]
    return _ADDRESS_WORD.search(f"{variable} {one.key}".lower()) is not None


def _config_maps(pod: Pod, container: Container) -> Iterator[Ref]:
    mounted = {mount.name for mount in container.volume_mounts}
    for one in references(pod.spec, pod.name):
        in_env = one.use in {ReferenceUse.ENV, ReferenceUse.ENV_FROM} and one.part == container.name
        in_volume = one.use in {ReferenceUse.VOLUME, ReferenceUse.PROJECTED} and one.part in mounted
        if one.kind == ConfigMap.KIND and (in_env or in_volume):
            yield ConfigMap.KIND.ref(pod.namespace, one.name)
