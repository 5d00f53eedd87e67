"""What the flags of `analyze` say, checked: from strings to the words of the rooms."""

from datetime import timedelta
from typing import TYPE_CHECKING

from kubedx.cli.cluster_options import ClusterOptions
from kubedx.cli.flags import split
from kubedx.cli.outputs import Output, outputs_of
from kubedx.correlate import Target
from kubedx.errors import UsageError
from kubedx.findings import Severity
from kubedx.kube import LabelSelector, parse_duration, parse_selector

if TYPE_CHECKING:
    from kubedx.analyzers import LogPolicy

LOGS = ("none", "suspects", "sample", "all")
MOST_CONCURRENCY = 64
LEAST_RATE, MOST_RATE = 0.1, 100_000.0
LONGEST = 24 * 3600


class AnalyzeOptions(ClusterOptions, frozen=True, kw_only=True):
    """The flags as they were typed, one field a flag."""

    target: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    all_namespaces: bool = False
    exclude_namespace: tuple[str, ...] = ()
    filter: tuple[str, ...] = ()
    selector: str = ""
    level: str = "warning"
    logs: str = "suspects"
    read_certificates: bool = False
    no_custom_resources: bool = False
    from_: tuple[str, ...] = ()
    demo: bool = False
    or_demo: bool = False
    timeout: str = ""
    max_concurrency: str = "4"
    qps: str = ""
    explain: bool = False
    backend: str = ""
    language: str = "english"
    prompt_only: bool = False
    audience: str = ""
    show_prompt: bool = False
    anonymize: bool = False
    no_anonymize: bool = False
    no_cache: bool = False
    cache_ttl: str = ""
    max_calls: tuple[str, ...] = ()
    max_tokens: tuple[str, ...] = ()
    max_cost: tuple[str, ...] = ()
    with_doc: bool = False
    interactive: bool = False
    custom_analysis: bool = False
    rules: tuple[str, ...] = ()
    custom_headers: tuple[str, ...] = ()
    ca_file: str = ""
    output: tuple[str, ...] = ()
    output_file: str = ""
    no_pager: bool = False
    fail_on: str = "none"
    baseline: str = ""
    write_baseline: str = ""
    reason: str = ""
    expires: str = ""
    watch: bool = False
    with_stat: bool = False
    quiet: bool = False
    config: str = ""
    verbose: bool = False

    def check(self) -> None:
        """Raise UsageError for the first value or combination that has no meaning."""
        _ = (
            self.shown_level,
            self.failing_level,
            self.seconds,
            self.concurrency,
            self.per_second,
            self.labels,
            self.headers,
            self.object,
            self.outputs,
        )
        self._check_explaining()
        if self.watch:
            from kubedx.cli.watch import check_watch

            check_watch(self)
        if self.logs not in LOGS:
            raise UsageError(f'--logs is one of {", ".join(LOGS)}, not "{self.logs}"')
        if self.all_namespaces and self.namespaces:
            raise UsageError("--all-namespaces and --namespace exclude each other; leave one out")
        self.check_cluster()
        if (self.reason or self.expires) and not self.write_baseline:
            raise UsageError("--reason and --expires are for the acknowledgements that --write-baseline FILE writes; give it too")
        if self.from_ and self.demo:
            raise UsageError("--from and --demo exclude each other; leave one out")
        if not all(self.from_):
            raise UsageError("--from names no path; give a file or a folder (. is the current one), or - for stdin")
        if self.given and (self.from_ or self.demo):
            raise UsageError(
                f"{self.given[0]} is for a live cluster and has no meaning with {'--from' if self.from_ else '--demo'}; leave one out"
            )

    def _check_explaining(self) -> None:
        if self.prompt_only and not self.is_text_alone:
            raise UsageError("--prompt-only prints text and no report; leave out --output and --output-file")
        if self.anonymize and self.no_anonymize:
            raise UsageError("--anonymize and --no-anonymize exclude each other; leave one out")
        if self.show_prompt and not self.explain:
            raise UsageError("--show-prompt shows what --explain sends; give it too, or --prompt-only to send nothing")

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The reports to write."""
        return outputs_of(self.output, self.output_file)

    @property
    def is_text_alone(self) -> bool:
        """Whether the only report is the text on standard output."""
        return self.outputs == (Output("text"),)

    @property
    def object(self) -> Target | None:
        """The one object to report on, None for all: `deploy/cart`, or `deploy cart`."""
        words = self.target[0].split("/") if len(self.target) == 1 else list(self.target)
        if not words:
            return None
        if len(words) != len(("kind", "name")) or not all(words):
            raise UsageError(f'"{" ".join(self.target)}" names no object; give a kind and a name, as in deploy/cart')
        return Target(*words)

    @property
    def masks_names(self) -> bool | None:
        """Whether to mask names before a model sees them; None: unless it runs on this machine."""
        return True if self.anonymize else False if self.no_anonymize else None

    @property
    def log_policy(self) -> "LogPolicy":
        """Whose logs to read."""
        from kubedx.analyzers import LogPolicy

        return LogPolicy(self.logs)

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that were named; none means all."""
        return split(self.namespace)

    @property
    def excluded(self) -> tuple[str, ...]:
        """The namespaces to leave out."""
        return split(self.exclude_namespace)

    @property
    def shown_level(self) -> Severity:
        """The least severity to report: what `--fail-on` fails for is shown, too."""
        level, failing = severity_of("--level", self.level), self.failing_level
        return max(level, failing, key=lambda severity: severity.rank) if failing else level

    @property
    def failing_level(self) -> Severity | None:
        """The least severity for exit code 3, None when not asked for."""
        return None if self.fail_on == "none" else severity_of("--fail-on", self.fail_on)

    @property
    def seconds(self) -> float | None:
        """How long to read, at most."""
        if not self.timeout:
            return None
        try:
            seconds = parse_duration(self.timeout).total_seconds()
        except ValueError as error:
            raise UsageError(f"--timeout: {error}") from error
        if not 0 < seconds <= LONGEST:
            raise UsageError(f"--timeout is more than nothing and 24h at most, not {self.timeout}")
        return seconds

    @property
    def ttl(self) -> timedelta:
        """How long a kept answer holds, when `--cache-ttl` says it."""
        try:
            return parse_duration(self.cache_ttl)
        except ValueError as error:
            raise UsageError(f"--cache-ttl: {error}") from error

    def spending(self, flag: str) -> tuple[str, ...]:
        """The limits of `max_calls`, `max_tokens` or `max_cost`, as they were typed."""
        return split(getattr(self, flag))

    @property
    def labels(self) -> LabelSelector | None:
        """The labels to look at, None when not asked for."""
        try:
            return parse_selector(self.selector) if self.selector.strip() else None
        except ValueError as error:
            raise UsageError(f"--selector: {error}") from error

    @property
    def concurrency(self) -> int:
        """How many requests at the same time."""
        count = int(self.max_concurrency) if self.max_concurrency.isascii() and self.max_concurrency.isdigit() else 0
        if count == 0:
            raise UsageError(f'--max-concurrency is a number from 1, not "{self.max_concurrency}"')
        return min(count, MOST_CONCURRENCY)

    @property
    def per_second(self) -> float | None:
        """How many requests may begin in a second, None where nobody limits it."""
        return rate_of(self.qps)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Headers for the backend."""
        pairs = tuple(header.partition(":") for header in split(self.custom_headers))
        for key, colon, _ in pairs:
            if not key.strip() or not colon:
                raise UsageError(f'--custom-headers takes KEY:VALUE, not "{key}"')
        return tuple((key.strip(), value.strip()) for key, _, value in pairs)


def rate_of(text: str) -> float | None:
    """What `--qps` says. Raises UsageError."""
    if not text:
        return None
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not LEAST_RATE <= rate <= MOST_RATE:
        raise UsageError(f'--qps is how many requests may begin in a second, from {LEAST_RATE} to {MOST_RATE:g}, not "{text}"')
    return rate


def severity_of(flag: str, text: str) -> Severity:
    """The severity that a flag names, in any case of letters. Raises UsageError."""
    try:
        return Severity(text.lower())
    except ValueError:
        raise UsageError(f'{flag} is one of {", ".join(severity.value for severity in Severity)}, not "{text}"') from None
