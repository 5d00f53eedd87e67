"""Examples of the small commands, for the end of their `--help`; the large ones have theirs beside their flags."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "rules": (
        "kubedx rules                                     every rule, by what it looks at",
        "kubedx rules Pod                                 those of a filter",
        "kubedx rules secret-key-absent                   what one means, and how to fix what it finds",
        "kubedx rules test rules/*.yaml                   the tests that rules of your own bring along",
    ),
    "version": ("kubedx version",),
    "completion": (
        "source <(kubedx completion bash)                 for this shell; in ~/.bashrc for every one",
        "kubedx completion zsh > ~/.zfunc/_kubedx",
        "kubedx completion fish > ~/.config/fish/completions/kubedx.fish",
    ),
    "auth update": (
        "kubedx auth update -b openai -m gpt-5            another model; all else stays",
        "pass show openai | kubedx auth update -b openai --password-stdin",
    ),
    "auth remove": ("kubedx auth remove --backends openai,localai     with their keys",),
    "auth list": ("kubedx auth list --details                       with models and URLs, never keys",),
    "auth default": ("kubedx auth default --provider localai           what --explain asks without --backend",),
    "filters list": ("kubedx filters list",),
    "filters add": ("kubedx filters add Log,HorizontalPodAutoscaler",),
    "filters remove": ("kubedx filters remove ConfigMap                  the others stay active",),
    "integration list": ("kubedx integration list",),
    "integration activate": ("kubedx integration activate keda                 its filters are looked at; nothing is installed",),
    "integration deactivate": ("kubedx integration deactivate kyverno            its filters are not; nothing is deleted",),
    "cache get": ("kubedx cache get",),
    "cache list": ("kubedx cache list",),
    "cache purge": (
        "kubedx cache purge 39415cc324b1                  one entry, by its name in: kubedx cache list",
        "kubedx cache purge --all",
    ),
    "cache remove": ("kubedx cache remove                              answers are kept in files again",),
    "custom-analyzer list": ("kubedx custom-analyzer list --details",),
    "custom-analyzer add": (
        "kubedx custom-analyzer add -n hosts -u localhost -r 8085",
        "kubedx custom-analyzer add -n racks -u https://racks.example.com -r 443",
        "kubedx analyze --custom-analysis                 asks them",
    ),
    "custom-analyzer remove": ("kubedx custom-analyzer remove --names hosts,racks",),
    "dump": ("kubedx dump                                      for a bug report; kubedx record writes a cluster",),
    "generate": ("kubedx generate --backend anthropic",),
}
"""By the words of the command; a line each, without its indent."""


def epilog_of(words: str) -> str | None:
    """The examples of a command as click prints them, None where there are none."""
    lines = EXAMPLES.get(words)
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)]) if lines else None
