"""`compare`: what several models say of the same incidents."""

import msgspec

from kubedx.cli.analyze import analyze
from kubedx.cli.flags import split
from kubedx.cli.options import AnalyzeOptions
from kubedx.errors import UsageError

PLAYBOOK = "playbook"


def compare(name: str, options: AnalyzeOptions) -> int:
    """Analyze and explain with each of the backends. Raises UsageError where fewer than two are named, and what `analyze` raises."""
    backends = tuple(dict.fromkeys(word for word in split((options.backend,)) if word != PLAYBOOK))
    if len(backends) < 2:
        named = f"not {backends[0]} alone" if backends else "and none is named"
        raise UsageError(f"compare needs two different backends or more, {named}; give them as in --backend ollama,openai")
    return analyze(name, msgspec.structs.replace(options, explain=True, backend=",".join(backends)))
