"""What need not be reported, by the config file and the baseline that the flags name."""

from kubedx.cli.options import AnalyzeOptions
from kubedx.config import Config
from kubedx.findings import Ignore, Suppressions


def suppressions_of(options: AnalyzeOptions, config: Config) -> Suppressions:
    """Raises ConfigError for a baseline that cannot be used."""
    ignores = tuple(
        Ignore(code=entry.code, kind=entry.kind, namespace=entry.namespace, name=entry.name, reason=entry.reason, expires=entry.expires)
        for entry in config.ignore
    )
    if not options.baseline:
        return Suppressions(ignores)
    from kubedx.cli.baseline import read_baseline

    return Suppressions(ignores, read_baseline(options.baseline))
