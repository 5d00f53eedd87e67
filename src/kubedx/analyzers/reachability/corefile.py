"""The configuration of CoreDNS, as far as it decides whether names of the cluster resolve. https://coredns.io/manual/configuration/"""

import msgspec

from kubedx.analyzers.near_miss import nearest
from kubedx.kube import ConfigMap

COREFILES = (
    ConfigMap.KIND.ref("kube-system", "coredns"),
    ConfigMap.KIND.ref("kube-system", "rke2-coredns-rke2-coredns"),
    ConfigMap.KIND.ref("openshift-dns", "dns-default"),
)
"""The ConfigMaps of the cluster's DNS, as distributions call them."""
COREFILE = "Corefile"
CLUSTER_ZONE = "cluster.local"
REVERSE = ("in-addr.arpa", "ip6.arpa")
MAX_LINES = 2000


class Block(msgspec.Struct, frozen=True):
    """A server: the zones that it is asked for, and its plugins with their arguments."""

    zones: tuple[str, ...]
    plugins: tuple[tuple[str, tuple[str, ...]], ...]


class Unbalanced(msgspec.Struct, frozen=True):
    """A Corefile whose braces do not match: CoreDNS does not start with it. `line` counts from 1."""

    line: int
    words: str


def is_corefile(config_map: ConfigMap) -> bool:
    """Whether a ConfigMap is that of the cluster's DNS."""
    return config_map.ref in COREFILES


def parse_corefile(text: str) -> tuple[Block, ...] | Unbalanced:
    """The servers of a Corefile; snippets and imports are not followed."""
    blocks: list[Block] = []
    zones: tuple[str, ...] = ()
    plugins: list[tuple[str, tuple[str, ...]]] = []
    opened: list[int] = []
    for number, line in enumerate(text.splitlines()[:MAX_LINES], 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if words == ["}"]:
            if not opened:
                return Unbalanced(number, 'a "}" closes nothing')
            opened.pop()
            if not opened:
                blocks.append(Block(zones, tuple(plugins)))
                plugins = []
            continue
        opens = words[-1] == "{"
        if not opened:
            if not opens:
                blocks.append(Block((words[0],), ()))
            zones = tuple(word.rstrip(",") for word in words if word != "{")
        elif len(opened) == 1:
            plugins.append((words[0], tuple(word for word in words[1:] if word != "{")))
        if opens:
            opened.append(number)
    return Unbalanced(opened[-1], 'a "{" is not closed') if opened else tuple(blocks)


class CorefileFault(msgspec.Struct, frozen=True):
    """Why CoreDNS does not answer for Services, and the line or plugins that show it."""

    words: str
    shown: str
    certain: bool = True


def corefile_fault(config_map: ConfigMap) -> CorefileFault | None:
    """What is wrong with the Corefile of a ConfigMap whose values were read; None where names of Services resolve by it."""
    text = (config_map.data or {}).get(COREFILE)
    if text is None:
        return None
    blocks = parse_corefile(text)
    if isinstance(blocks, Unbalanced):
        return CorefileFault(f"line {blocks.line} of the Corefile: {blocks.words}", text.splitlines()[blocks.line - 1].strip())
    plugins = [plugin for block in blocks for plugin in block.plugins]
    if any(name == "import" for name, _words in plugins) or any("import" in block.zones for block in blocks):
        return None
    zones = [zone for name, words in plugins if name == "kubernetes" for zone in words if not zone.rstrip(".").endswith(REVERSE)]
    if zones:
        return _slip(zones, text)
    # Without zones of its own the plugin serves those of its server.
    served = any(name == "kubernetes" for name, _words in plugins)
    if served and any("." in _zone(zone) for block in blocks for zone in block.zones):
        return None
    return CorefileFault(f'no plugin kubernetes serves zone "{CLUSTER_ZONE}"', ", ".join(name for name, _words in plugins))


def _slip(zones: list[str], text: str) -> CorefileFault | None:
    """A zone that is nearly the usual one. A cluster may have another domain, but hardly one that looks like this one misspelt."""
    slip = next((zone for zone in zones if nearest(CLUSTER_ZONE, [zone.rstrip(".")])), None)
    if slip is None or any(zone.rstrip(".") == CLUSTER_ZONE for zone in zones):
        return None
    line = next(line.strip() for line in text.splitlines() if line.split()[:1] == ["kubernetes"])
    return CorefileFault(f'the plugin kubernetes serves zone "{slip}" instead of "{CLUSTER_ZONE}"', line, certain=False)


def _zone(server: str) -> str:
    """The zone of a server as it is written: `dns://cluster.local.:53`."""
    return server.rpartition("://")[2].partition(":")[0].strip(".")
