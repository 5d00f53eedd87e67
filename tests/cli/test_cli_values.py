"""The values of flags: durations, selectors, filters, severities and their combinations."""

from datetime import UTC, datetime

import msgspec
import pytest

from kubedx.cli.analyze import exit_code
from kubedx.cli.filters import known_filters
from kubedx.cli.options import AnalyzeOptions
from kubedx.errors import UsageError
from kubedx.findings import Coverage, Diagnosis, Severity, Skip
from kubedx.kube import ClusterInfo, Origin


def test_the_time_limit_is_a_duration_of_go() -> None:
    assert AnalyzeOptions().seconds is None
    assert AnalyzeOptions(timeout="1m30s").seconds == 90


def test_labels_are_those_of_kubectl() -> None:
    assert AnalyzeOptions(selector=" ").labels is None
    labels = AnalyzeOptions(selector="app=web,tier in (a,b)").labels
    assert labels is not None
    assert [one.key for one in labels.match_expressions] == ["app", "tier"]


def test_filters_in_any_case_with_a_warning_for_what_is_unknown() -> None:
    assert known_filters([], ["Pod"]).known == ()
    assert known_filters(["application", "CustomResource"], ["Pod", "CustomResource"]).known == ("CustomResource",)
    chosen = known_filters(["pod", "Servise", "Pod"], ["Pod", "Service"])
    assert chosen.known == ("Pod",)
    assert chosen.warnings == ('filter "Servise" is not known; did you mean Service?',)


def test_only_unknown_filters_are_an_error() -> None:
    with pytest.raises(UsageError, match='filter "Podd" is not known; did you mean Pod'):
        known_filters(["Podd"], ["Pod", "Service"])


def test_what_fails_is_shown() -> None:
    assert AnalyzeOptions().shown_level is Severity.WARNING
    assert AnalyzeOptions(fail_on="info").shown_level is Severity.INFO
    assert AnalyzeOptions(level="info", fail_on="Error").shown_level is Severity.INFO
    assert AnalyzeOptions(fail_on="error").shown_level is Severity.WARNING


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (AnalyzeOptions(level="bad"), '--level is one of critical, error, warning, info, not "bad"'),
        (AnalyzeOptions(fail_on="bad"), '--fail-on is one of critical, error, warning, info, not "bad"'),
        (AnalyzeOptions(logs="some"), '--logs is one of none, suspects, sample, all, not "some"'),
        (AnalyzeOptions(output=("toml",)), '--output is one of text, json, yaml, markdown, html, sarif, junit, openmetrics, not "toml"'),
        (AnalyzeOptions(max_concurrency="0"), '--max-concurrency is a number from 1, not "0"'),
        (AnalyzeOptions(max_concurrency="-3"), '--max-concurrency is a number from 1, not "-3"'),
        (AnalyzeOptions(timeout="30"), "--timeout: '30' is no duration such as 1h30m"),
        (AnalyzeOptions(timeout="-5s"), "--timeout is more than nothing and 24h at most, not -5s"),
        (AnalyzeOptions(timeout="25h"), "--timeout is more than nothing and 24h at most, not 25h"),
        (AnalyzeOptions(selector="=web"), "--selector: selector '=web' has "),
        (AnalyzeOptions(all_namespaces=True, namespace=("a",)), "--all-namespaces and --namespace exclude each other"),
        (AnalyzeOptions(prompt_only=True, output=("json",)), "--prompt-only prints text and no report"),
        (AnalyzeOptions(custom_headers=("a",)), '--custom-headers takes KEY:VALUE, not "a"'),
        (AnalyzeOptions(as_group=("a",)), "--as-group needs --as"),
        (AnalyzeOptions(from_=("x",), demo=True), "--from and --demo exclude each other"),
        (AnalyzeOptions(from_=("",)), "--from names no path"),
        (AnalyzeOptions(from_=("x", "")), "--from names no path"),
        (AnalyzeOptions(from_=("x",), kubecontext="y"), "--kubecontext is for a live cluster and has no meaning with --from"),
        (AnalyzeOptions(demo=True, as_="y"), "--as is for a live cluster and has no meaning with --demo"),
    ],
)
def test_what_has_no_meaning(options: AnalyzeOptions, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        options.check()
    assert str(refused.value).startswith(message)


def test_an_empty_namespace_is_no_namespace() -> None:
    AnalyzeOptions(namespace=("",), all_namespaces=True).check()


def test_headers_for_the_backend() -> None:
    assert AnalyzeOptions(custom_headers=("X-Team: sre,X-Url:http://a", "X-Empty:")).headers == (
        ("X-Team", "sre"),
        ("X-Url", "http://a"),
        ("X-Empty", ""),
    )


def test_the_exit_code_of_a_finished_scan() -> None:
    seen = Diagnosis(
        cluster=ClusterInfo(Origin.DUMP), scanned_at=datetime(2026, 1, 31, tzinfo=UTC), incidents=(), results=(), coverage=Coverage()
    )
    blind = msgspec.structs.replace(seen, coverage=Coverage(skipped=(Skip("some-rule", "", "forbidden"),)))
    assert [exit_code(one, None) for one in (seen, blind)] == [0, 0]
    assert [exit_code(one, Severity.ERROR) for one in (seen, blind)] == [0, 4]


@pytest.mark.parametrize("text", ["0", "-1", "many", "1e9", "nan", "inf"])
def test_a_rate_is_a_number_of_requests(text: str) -> None:
    with pytest.raises(UsageError, match="--qps is how many requests may begin in a second"):
        AnalyzeOptions(qps=text).check()


def test_a_rate_may_be_below_one() -> None:
    assert AnalyzeOptions(qps="0.5").per_second == 0.5
    assert AnalyzeOptions().per_second is None


@pytest.mark.parametrize(
    ("options", "flag"),
    [
        (AnalyzeOptions(watch=True, from_=("dump",)), "--from"),
        (AnalyzeOptions(watch=True, demo=True), "--demo"),
        (AnalyzeOptions(watch=True, or_demo=True), "--or-demo"),
        (AnalyzeOptions(watch=True, explain=True, prompt_only=True), "--prompt-only"),
        (AnalyzeOptions(watch=True, explain=True, interactive=True), "--interactive"),
        (AnalyzeOptions(watch=True, fail_on="error"), "--fail-on"),
        (AnalyzeOptions(watch=True, write_baseline="known.json"), "--write-baseline"),
        (AnalyzeOptions(watch=True, output=("html=a.html",)), "-o json"),
        (AnalyzeOptions(watch=True, output=("text", "json=a.json")), "-o json"),
    ],
)
def test_watching_has_no_end_at_which_anything_could_be_done(options: AnalyzeOptions, flag: str) -> None:
    with pytest.raises(UsageError, match=flag):
        options.check()
