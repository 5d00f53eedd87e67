"""What need not be reported, by the config file and the baseline that the flags name."""

from collections.abc import Mapping
from pathlib import Path

from kubedx.cli.baseline import read_baseline
from kubedx.cli.options import AnalyzeOptions
from kubedx.config import load_config
from kubedx.findings import Ignore, Suppressions


def suppressions_of(options: AnalyzeOptions, environ: Mapping[str, str]) -> Suppressions:
    """Raises ConfigError for a config file or baseline that cannot be used."""
    config = load_config(Path(options.config) if options.config else None, environ)
    ignores = tuple(
        Ignore(code=entry.code, kind=entry.kind, namespace=entry.namespace, name=entry.name, reason=entry.reason, expires=entry.expires)
        for entry in config.ignore
    )
    return Suppressions(ignores, read_baseline(options.baseline) if options.baseline else {})
