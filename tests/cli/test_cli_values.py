"""The values of flags: durations, selectors, filters, severities and their combinations."""

import pytest

from kubedx.cli.duration import parse_seconds
from kubedx.cli.filters import known_filters
from kubedx.cli.labels import parse_selector
from kubedx.cli.options import AnalyzeOptions
from kubedx.errors import UsageError
from kubedx.findings import Severity


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("1m30s", 90), ("1.5h", 5400), ("250ms", 0.25), (".5s", 0.5), ("1h0m1s", 3601), ("+2s", 2), ("10µs", 1e-5)],
)
def test_durations_of_go(text: str, seconds: float) -> None:
    assert parse_seconds(text, "--timeout") == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["30", "s", "", "-1s", "0s", "1d", "1 s", "1s x", "99999h", "1e3s", "٣s", "9" * 200 + "s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError, match="--timeout takes a duration between"):
        parse_seconds(text, "--timeout")


@pytest.mark.parametrize(
    ("text", "operator", "values"),
    [
        ("app=web", "In", ("web",)),
        ("app==web", "In", ("web",)),
        ("app = web", "In", ("web",)),
        ("app!=web", "NotIn", ("web",)),
        ("app in (web, api)", "In", ("web", "api")),
        ("app notin (web)", "NotIn", ("web",)),
        ("app", "Exists", ()),
        ("!app", "DoesNotExist", ()),
        ("app=", "In", ("",)),
        ("example.com/app=web", "In", ("web",)),
    ],
)
def test_label_selectors(text: str, operator: str, values: tuple[str, ...]) -> None:
    selector = parse_selector(text)
    assert selector is not None
    (requirement,) = selector.match_expressions
    assert (requirement.key.endswith("app"), requirement.operator, requirement.values) == (True, operator, values)


def test_requirements_add_up() -> None:
    selector = parse_selector("a in (x,y),b,c!=z")
    assert selector is not None
    assert [one.key for one in selector.match_expressions] == ["a", "b", "c"]
    assert parse_selector(" ") is None


@pytest.mark.parametrize("text", ["=web", "app=web=x", "a,,b", "app in web", "a b", "app>3", "app in (x"])
def test_what_is_no_selector(text: str) -> None:
    with pytest.raises(UsageError, match="is no requirement on a label"):
        parse_selector(text)


def test_filters_in_any_case_with_a_warning_for_what_is_unknown() -> None:
    assert known_filters([], ["Pod"]).known == ()
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
        (AnalyzeOptions(logs="all"), '--logs is suspects or none, not "all"'),
        (AnalyzeOptions(output="yaml"), '--output is text or json, not "yaml"'),
        (AnalyzeOptions(max_concurrency="0"), '--max-concurrency is a number from 1, not "0"'),
        (AnalyzeOptions(max_concurrency="-3"), '--max-concurrency is a number from 1, not "-3"'),
        (AnalyzeOptions(timeout="30"), "--timeout takes a duration"),
        (AnalyzeOptions(all_namespaces=True, namespace=("a",)), "--all-namespaces and --namespace exclude each other"),
        (AnalyzeOptions(as_group=("a",)), "--as-group needs --as"),
        (AnalyzeOptions(from_=("x",), demo=True), "--from and --demo exclude each other"),
        (AnalyzeOptions(from_=("x",), kubecontext="y"), "--kubecontext is for a live cluster and has no meaning with --from"),
        (AnalyzeOptions(demo=True, as_="y"), "--as is for a live cluster and has no meaning with --demo"),
    ],
)
def test_what_has_no_meaning(options: AnalyzeOptions, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        options.check()
    assert str(refused.value).startswith(message)


def test_flags_that_do_nothing_yet_are_named() -> None:
    assert AnalyzeOptions(with_doc=True, custom_headers=("a:b",)).unsupported == ("--with-doc", "--custom-headers")
    AnalyzeOptions(namespace=("",), all_namespaces=True).check()
