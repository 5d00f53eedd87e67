"""render_text: reads well in every width, tells everything that matters, and lets no control sequence through."""

import re
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kubedx.errors import UsageError
from kubedx.findings import Confidence, Coverage, Diagnosis, Explanation, Focus, Incident, Rival, Symptom
from kubedx.kube import Gap, GapReason, Ref
from kubedx.report import FORMATS, Style, render
from kubedx.report.further import MOST_IN_FULL
from kubedx.report.moments import clock, span
from kubedx.report.printable import printable, shortened, wrapped
from kubedx.report.text import render_text

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def text_of(diagnosis: Diagnosis, width: int = 100, *, explain: bool = False, verbose: bool = False) -> str:
    return render_text(diagnosis, width=width, colour=False, explain=explain, verbose=verbose)


def flat(text: str) -> str:
    return " ".join(text.split())


def with_first(diagnosis: Diagnosis, **changes: object) -> Diagnosis:
    """The diagnosis with its last incident alone, changed."""
    incident: Incident = msgspec.structs.replace(diagnosis.incidents[-1], **changes)
    return msgspec.structs.replace(diagnosis, incidents=(incident,))


def test_the_first_line_says_how_many_where_and_when(outage: Diagnosis) -> None:
    first = flat(text_of(outage)).split(" 1. ")[0]
    assert first == (
        '2 incidents (1 critical, 1 error) in cluster "staging" (v1.34.4), as of 2026-01-31 12:00:00 UTC, '
        "but not everything could be judged (see below)."
    )


def test_an_incident_tells_cause_age_evidence_consequence_and_command(outage: Diagnosis) -> None:
    text = flat(text_of(outage))
    assert '1. critical: Deployment shop/cart: container "api" reads key "dsn" of secret "db", which does not exist' in text
    assert "for 3h (since 09:00:00 UTC); to change: Secret shop/db" in text
    assert "│ log of container api (previous run) ×4: panic: DSN is not set" in text
    assert "└ Service shop/cart: has no ready endpoint └ Ingress shop/web: its backend has no endpoint" in text
    assert "and 98 more" in text
    assert "affected: Service shop/checkout" in text
    assert "or else: Deployment shop/cart: the database refuses connections (possible)" in text
    assert "for 12m (since 11:48:00 UTC); likely, not certain" in text
    assert "event Failed ×12, last 50s ago" in text
    assert text_of(outage).count("next: kubectl -n default set image deployment/demo3 httddd=httpd\n") == 1


def test_a_variable_with_another_value_is_not_said_to_have_become_itself(outage: Diagnosis) -> None:
    incidents = tuple(
        msgspec.structs.replace(one, changed=tuple(msgspec.structs.replace(change, before=change.after) for change in one.changed))
        for one in outage.incidents
    )
    text = flat(text_of(msgspec.structs.replace(outage, incidents=incidents)))

    assert "spec.template.spec.containers[api].env: another value of DSN, by kubectl" in text


def test_consequences_are_indented_below_what_they_follow_from(outage: Diagnosis) -> None:
    lines = text_of(outage).splitlines()
    service = next(line for line in lines if "has no ready endpoint" in line)
    ingress = next(line for line in lines if "its backend" in line)
    assert ingress.index("└") > service.index("└")


def test_explain_gives_the_best_explanation_with_numbered_steps(outage: Diagnosis) -> None:
    text = text_of(outage, explain=True)
    assert "localai/small says: 镜像仓库中不存在镜像“httddd”" in text
    assert "   1. 改为正确的镜像。\n   2. 观察滚动更新的进展。\n" in text
    playbook_alone = with_first(outage, explanations=outage.incidents[1].explanations[1:])
    text = text_of(playbook_alone, explain=True)
    assert (
        "   1. Set the right image.\n      $ kubectl -n default set image deployment/demo3 httddd=httpd\n   2. Watch it roll out.\n" in text
    )
    assert "playbook" not in text


def test_without_explain_no_steps(outage: Diagnosis) -> None:
    assert "Watch it roll out" not in text_of(outage)


def test_the_foot_says_what_was_not_seen(outage: Diagnosis) -> None:
    text = flat(text_of(outage))
    assert "Read 1,274 objects of 2 kinds (1,234 Pods, 40 Deployments) in all namespaces." in text
    assert "Could not list (forbidden): Nodes. Could" in text
    assert "Could not read the log of (no answer in time): Pod shop/cart-1: no answer." in text
    assert "Secrets may not be listed, which is all right" in text
    assert "Not judged, as Secrets could not be listed: - A pod names a Secret that does not exist (secret-absent). - A pod" in text
    assert "Rule pod-odd failed on 1 object, a bug of kubedx: Pod shop/cart-6d5f9c7b8-abcde: ValueError: odd" in text
    assert "1 less severe incident not shown" in text
    assert "2 incidents suppressed (1 by the baseline, 1 by an annotation)." in text
    assert 'warning: filter "Podd" is not known; did you mean "Pod"?' in text


def test_nothing_found_says_so_and_what_could_not_be_judged(healthy: Diagnosis) -> None:
    assert text_of(healthy).splitlines()[0] == 'No incidents in the dump "monday.tar.gz", as of 2026-01-31 12:00:00 UTC.'
    gap = Gap("v1", "Event", "", "list", GapReason.FORBIDDEN, "no")
    blind = msgspec.structs.replace(healthy, coverage=Coverage(gaps=(gap,)))
    assert "but not everything could be judged" in flat(text_of(blind)).split("Read")[0]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_lines_fit_unless_they_are_a_command_or_one_word(outage: Diagnosis, width: int) -> None:
    for line in text_of(outage, width, explain=True).splitlines():
        words = line.split()
        assert cell_len(line) <= width or "kubectl" in words or len(words) <= 2, line


@pytest.mark.parametrize("width", [1, 40, 80, 200])
def test_names_are_never_cut(outage: Diagnosis, width: int) -> None:
    name = "-".join(["a-very-long-name"] * 14)
    long = with_first(outage, affected=(Ref("v1", "Service", "shop", name),))
    assert f"shop/{name}" in text_of(long, width)
    assert "default/demo3-7c9d6d5f4b-x2x9k" in text_of(long, width)


def test_long_lists_are_folded(outage: Diagnosis) -> None:
    many = with_first(outage, affected=tuple(Ref("v1", "Service", "shop", f"api-{number}") for number in range(18)))
    assert "Service shop/api-3 and 14 more" in flat(text_of(many))


def test_a_huge_message_keeps_its_ends(outage: Diagnosis) -> None:
    root = outage.incidents[1].root_cause
    huge = msgspec.structs.replace(root.evidence[1], value=f"the beginning {'word ' * 200_000}the end")
    changed = with_first(outage, root_cause=msgspec.structs.replace(root, evidence=(huge,)))
    text = text_of(changed, 80)
    assert "the beginning" in text
    assert "the end" in text
    assert len(text) < 5000


def test_plain_text_holds_no_escape_and_colour_changes_nothing_else(outage: Diagnosis) -> None:
    plain = text_of(outage, explain=True)
    coloured = render_text(outage, width=100, colour=True, explain=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31m" in coloured
    assert ANSI.sub("", coloured) == plain


def test_rendering_does_not_look_at_the_environment(outage: Diagnosis, monkeypatch: pytest.MonkeyPatch) -> None:
    before = render_text(outage, width=80, colour=True, explain=True)
    for name, value in {"COLUMNS": "20", "NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C", "FORCE_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert render_text(outage, width=80, colour=True, explain=True) == before


def test_ascii_only_uses_no_glyph_of_its_own_beyond_ascii(outage: Diagnosis) -> None:
    assert render_text(outage, width=80, colour=False, explain=False, ascii_only=True).isascii()


@pytest.mark.parametrize("evil", ["\x1b[2J\x1b[H", "\x9b2J", "\x07", "\x08\x08", "\r", "\u202e", "\x1b]0;title\x07", "\u2028", "\ud800"])
def test_no_control_sequence_of_the_cluster_reaches_the_terminal(outage: Diagnosis, evil: str) -> None:
    last = outage.incidents[-1]
    explanation = Explanation(source=evil, language="en", summary=f"a{evil}b", steps=(f"c{evil}d\ne{evil}f",), commands=(f"g{evil}h",))
    ref = Ref("v1", f"Po{evil}d", f"na{evil}mespace", f"na{evil}me")
    evidence = tuple(msgspec.structs.replace(piece, value=f"v{evil}", ref=ref, path=evil) for piece in last.root_cause.evidence)
    root = msgspec.structs.replace(last.root_cause, evidence=evidence)
    hostile = with_first(outage, title=f"t{evil}", root_cause=root, affected=(ref,), explanations=(explanation,))
    hostile = msgspec.structs.replace(hostile, errors=(f"w{evil}",))
    for name in ("text", "k8sgpt-text"):
        out = render(hostile, name, Style("0", explain=True))
        assert evil not in out
        assert set(re.findall(r"[\x00-\x1f\x7f-\x9f]", out)) <= {"\n"}


def test_moments() -> None:
    then = datetime.fromisoformat("2026-01-31T12:00:00Z")
    assert [span(then, then + timedelta(seconds=seconds)) for seconds in (0, 59, 7500)] == ["0s", "59s", "2h5m"]
    assert span(then, then - timedelta(seconds=5)) == ""
    assert clock(datetime(2026, 1, 31, 12)) == "2026-01-31 12:00:00 UTC"  # noqa: DTZ001  # a dump may leave the zone out
    assert clock(datetime.fromisoformat("0001-01-01T00:00:00+05:00")).endswith("UTC")


def test_chinese_breaks_between_characters_but_not_before_a_full_stop() -> None:
    lines = wrapped("容器一直处于等待状态，没有可用的副本。请改为正确的镜像 httpd。", 12)
    assert all(cell_len(line) <= 14 for line in lines)
    assert not any(line[0] in "，。" for line in lines)
    assert "".join(lines).replace(" ", "") == "容器一直处于等待状态，没有可用的副本。请改为正确的镜像httpd。"


@given(st.text(), st.integers(1, 60))
def test_wrapping_loses_nothing(text: str, cells: int) -> None:
    safe = printable(text)
    assert "".join("".join(wrapped(safe, cells)).split()) == "".join(safe.split())


@given(st.text(max_size=300), st.integers(8, 60))
def test_shortening_bounds_the_width(text: str, cells: int) -> None:
    safe = printable(text).replace("\n", " ")
    assert cell_len(shortened(safe, cells, "…")) <= cells


def test_an_unknown_format_is_a_usage_error(healthy: Diagnosis) -> None:
    with pytest.raises(UsageError, match='output "toml" is not known; use one of text, json'):
        render(healthy, "toml", Style("0"))
    assert {"text", "json", "html", "k8sgpt-text", "k8sgpt-json"} <= set(FORMATS)


def test_an_object_in_focus_is_told_with_what_it_needs_the_broken_first(outage: Diagnosis, focus: Focus) -> None:
    text = flat(text_of(msgspec.structs.replace(outage, focus=focus)))
    assert "2 incidents (1 critical, 1 error) about Deployment shop/cart in cluster" in text
    assert "It has made 2 objects. It depends on: └ Secret shop/db (in its environment, does not exist, in incident 1)" in text
    assert "It is needed by: └ Ingress shop/web (routed to, 2 steps away)" in text


def test_an_object_that_stands_alone_says_so(healthy: Diagnosis, focus: Focus) -> None:
    alone = msgspec.structs.replace(focus, owned=0, depends_on=(), dependents=())
    text = flat(text_of(msgspec.structs.replace(healthy, focus=alone)))
    assert "No incidents about Deployment shop/cart in the dump" in text
    assert "Nothing that was read depends on it" in text


def test_the_tree_keeps_each_symptom_below_what_it_follows_from(outage: Diagnosis) -> None:
    def symptom(number: int, because: str) -> Symptom:
        return Symptom(
            id=f"s{number}",
            code=f"code-{number}",
            subject=Ref("v1", "Pod", "shop", f"p{number}"),
            message="fails",
            evidence=(),
            because=(because,),
        )

    tree = (symptom(1, "root"), symptom(2, "root"), symptom(3, "s1"), symptom(4, "s3"))
    incident = msgspec.structs.replace(outage.incidents[0], symptoms=tree)
    text = text_of(msgspec.structs.replace(outage, incidents=(incident,)))

    drawn = [line.strip(" ") for line in text.splitlines() if "fails" in line]
    assert drawn == ["├ Pod shop/p2: fails", "└ Pod shop/p1: fails", "└ Pod shop/p3: fails", "└ Pod shop/p4: fails"]


def test_rivals_say_what_they_would_explain_and_what_tells_them_apart(outage: Diagnosis) -> None:
    first, second = outage.incidents
    symptom = Symptom(id="s1", code="crash", subject=Ref("v1", "Pod", "shop", "web"), message="crashes", evidence=())
    rival = Rival(confidence=Confidence.LIKELY, root_cause=second.root_cause, explains=("s1",), decide="kubectl -n shop logs web --tail=50")
    incident = msgspec.structs.replace(first, symptoms=(symptom,), rivals=(rival,))
    text = text_of(msgspec.structs.replace(outage, incidents=(incident,)))

    assert "(likely; it would explain Pod shop/web)" in flat(text)
    assert "to tell: kubectl -n shop logs web --tail=50\n" in text


def test_a_rival_that_is_a_symptom_itself_or_reaches_a_part_is_told_as_such(outage: Diagnosis) -> None:
    first, second = outage.incidents
    other = second.root_cause
    symptom = Symptom(id="s1", code=other.code, subject=other.observed, message="crashes", evidence=())
    alone = Rival(confidence=Confidence.POSSIBLE, root_cause=other, explains=("s1",))
    in_part = Rival(confidence=Confidence.POSSIBLE, root_cause=other, explains=("root",))
    incident = msgspec.structs.replace(first, symptoms=(symptom,), rivals=(alone, in_part))
    text = flat(text_of(msgspec.structs.replace(outage, incidents=(incident,))))

    assert f"or else: {other.subject} fails for a reason of its own: {other.message} (possible)" in text
    assert f"or else: {other.subject}: {other.message} (possible; of the objects that fail it reaches only some)" in text


def test_verbose_says_why_an_incident_comes_before_the_next(outage: Diagnosis) -> None:
    assert "first because: critical comes before error" in flat(render_text(outage, width=100, colour=False, explain=False, verbose=True))
    assert "because: critical" not in flat(render_text(outage, width=100, colour=False, explain=False))


def many(outage: Diagnosis, count: int) -> Diagnosis:
    """Incidents of three namespaces."""
    first = outage.incidents[0]
    subjects = [
        msgspec.structs.replace(first.root_cause.subject, namespace=f"team-{number % 3}", name=f"cart-{number}") for number in range(count)
    ]
    incidents = tuple(
        msgspec.structs.replace(
            first,
            id=f"{number:016x}",
            rank=number + 1,
            title=f"{subject}: odd",
            root_cause=msgspec.structs.replace(first.root_cause, subject=subject),
        )
        for number, subject in enumerate(subjects)
    )
    return msgspec.structs.replace(outage, incidents=incidents)


def test_a_large_cluster_is_told_in_full_then_in_lines_then_in_numbers(outage: Diagnosis) -> None:
    text = text_of(many(outage, 600))
    assert text.splitlines()[0].startswith("600 incidents ")
    assert len(text.splitlines()) < 900
    assert text.count("rule secret-absent") == MOST_IN_FULL
    assert "570 further incidents in short; --verbose tells all whole, -n and --filter show fewer:" in text
    assert "\n31. critical: Deployment team-0/cart-30: odd; id 00000000\n" in text
    assert "and 470 more: secret-absent (470); in team-1 (157), team-2 (157), team-0 (156); -o json holds all" in flat(text)


def test_verbose_shortens_nothing(outage: Diagnosis) -> None:
    text = text_of(many(outage, 40), verbose=True)
    assert text.count("rule secret-absent") == 40
    assert "further incidents" not in text


def test_as_many_as_are_told_whole_leave_no_rest(outage: Diagnosis) -> None:
    assert "further incidents" not in text_of(many(outage, MOST_IN_FULL))
    assert "1 further incident in short" in text_of(many(outage, MOST_IN_FULL + 1))


def test_a_background_ends_with_its_word(outage: Diagnosis) -> None:
    text = render_text(outage, width=60, colour=True, explain=False)
    assert "\x1b[1;37;41m1. critical: \x1b[0m" in text
    assert not re.search(r"\x1b\[[0-9;]*41m +\x1b", text)
