"""pflag's rules: what users of kubectl and k8sgpt type means here what it means there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubedx.cli.app import kubedx
from kubedx.cli.argv import Flag, Grammar, normalise
from kubedx.cli.flags import grammar_of, split
from kubedx.errors import UsageError

ANALYZE = grammar_of(kubedx.commands["analyze"])
COMMANDS = {"analyze": ANALYZE, "version": grammar_of(kubedx.commands["version"])}


def words(line: str) -> list[str]:
    return normalise(line.split(), COMMANDS)


def test_the_sentence_that_everybody_knows() -> None:
    assert words("analyze --explain --filter=Pod -n=default -c") == [
        "analyze",
        "--explain",
        "--filter=Pod",
        "--namespace=default",
        "--no-cache",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("analyze -n default", ["--namespace=default"]),
        ("analyze -n=default", ["--namespace=default"]),
        ("analyze -ndefault", ["--namespace=default"]),
        ("analyze --namespace default", ["--namespace=default"]),
        ("analyze --namespace=default", ["--namespace=default"]),
        ("analyze -n a -n b", ["--namespace=a", "--namespace=b"]),
        ("analyze --filter=Pod,Service -f Node", ["--filter=Pod,Service", "--filter=Node"]),
        ("analyze -ec", ["--explain", "--no-cache"]),
        ("analyze -ecn shop", ["--explain", "--no-cache", "--namespace=shop"]),
        ("analyze -ecnshop", ["--explain", "--no-cache", "--namespace=shop"]),
        ("analyze -ecn=shop", ["--explain", "--no-cache", "--namespace=shop"]),
        ("analyze -e=false", []),
        ("analyze --explain=true", ["--explain"]),
        ("analyze --explain=T", ["--explain"]),
        ("analyze --explain=false", []),
        ("analyze --explain --explain=false", []),
        ("analyze --explain=false --explain", ["--explain"]),
        ("analyze -l english -l chinese", ["--language=chinese"]),
        ("analyze --context prod", ["--kubecontext=prod"]),
        ("analyze --context prod --kubecontext test", ["--kubecontext=test"]),
        ("analyze --with-stats", ["--with-stat"]),
        ("analyze --selector=app=web", ["--selector=app=web"]),
        ("analyze -L app=web", ["--selector=app=web"]),
        ("analyze --from -", ["--from=-"]),
        ("analyze --from=a,b", ["--from=a,b"]),
        ("analyze --language=", ["--language="]),
        ("analyze -n -e", ["--namespace=-e"]),
        ("--kubeconfig f analyze -e", ["--kubeconfig=f", "--explain"]),
        ("-v analyze", ["--verbose"]),
        ("-n default analyze", ["--namespace=default"]),
        ("--kubeconfig=analyze analyze", ["--kubeconfig=analyze"]),
        ("analyze extra -e", ["--explain", "--", "extra"]),
        ("analyze -e -- -n", ["--explain", "--", "-n"]),
        ("analyze -h", ["--help"]),
    ],
)
def test_spellings(line: str, expected: list[str]) -> None:
    assert words(line) == ["analyze", *expected]


def test_as_in_pflag_an_equals_sign_alone_is_the_value() -> None:
    assert words("analyze -n=") == ["analyze", "--namespace=="]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("analyze --exlain", "unknown flag --exlain; did you mean --explain?"),
        ("analyze --exlain=true", "unknown flag --exlain; did you mean --explain?"),
        ("analyze -explain", "unknown flag -x in -explain; did you mean --explain?"),
        ("analyze -Z", "unknown flag -Z in -Z; --help lists all flags"),
        ("analyze ---", "unknown flag ---; --help lists all flags"),
        ("analyze --=x", "unknown flag --; --help lists all flags"),
        ("analyze --namespace", "flag -n, --namespace needs a value"),
        ("analyze -en", "flag -n, --namespace needs a value"),
        ("analyze --explain=maybe", 'flag -e, --explain is true or false, not "maybe"'),
        ("analyze -e=maybe", 'flag -e, --explain is true or false, not "maybe"'),
    ],
)
def test_what_pflag_refuses(line: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        words(line)
    assert str(refused.value) == message


@pytest.mark.parametrize("line", ["", "--help", "-h", "--version", "frobnicate -x", "--", "-- analyze"])
def test_without_a_known_command_the_words_stay(line: str) -> None:
    assert words(line) == line.split()


FLAGS = Grammar(
    [
        Flag("--name", "-n", several=True),
        Flag("--text", "-t"),
        Flag("--yes", "-y", takes_value=False),
        Flag("--quick", "-q", takes_value=False),
        Flag("--long-only"),
    ]
)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)


@st.composite
def typed(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """Words in any spelling, what they set, and the operands among them."""
    line: list[str] = []
    meant: list[tuple[str, str]] = []
    operands: list[str] = []
    for flag in draw(st.lists(st.sampled_from([*FLAGS.flags, None]), max_size=6)):
        if flag is None:
            operands.append(draw(VALUES.filter(lambda value: not value.startswith("-"))))
            line.append(operands[-1])
        elif flag.takes_value:
            value = draw(VALUES)
            spellings = [[flag.long, value], [f"{flag.long}={value}"]]
            if flag.short:
                spellings.append([flag.short, value])
                spellings.extend([[f"{flag.short}={value}"]] if value else [])
                spellings.extend([[f"{flag.short}{value}"]] if value and not value.startswith("=") else [])
            line.extend(draw(st.sampled_from(spellings)))
            meant.append((flag.long, value))
        else:
            value = draw(st.sampled_from(["true", "false"]))
            spellings = [[f"{flag.long}={value}"], [f"{flag.short}={value}"]]
            spellings.extend([[flag.long], [flag.short]] if value == "true" else [])
            line.extend(draw(st.sampled_from(spellings)))
            meant.append((flag.long, value))
    return line, meant, operands


@given(typed())
def test_every_spelling_means_the_same(case: tuple[list[str], list[tuple[str, str]], list[str]]) -> None:
    line, meant, operands = case
    out = normalise(["go", *line], {"go": FLAGS})
    last = dict(meant)
    flags = out[1 : out.index("--")] if operands else out[1:]
    assert out[0] == "go"
    assert (out[out.index("--") + 1 :] if operands else []) == operands
    assert [word for word in flags if word.startswith("--name=")] == [f"--name={value}" for name, value in meant if name == "--name"]
    assert ("--yes" in flags) == (last.get("--yes") == "true")
    assert ("--quick" in flags) == (last.get("--quick") == "true")
    for name in ("--text", "--long-only"):
        assert [word for word in flags if word.startswith(f"{name}=")] == ([f"{name}={last[name]}"] if name in last else [])


@given(st.lists(st.text(max_size=8), max_size=8))
def test_any_words_are_understood_or_refused_in_a_sentence(line: list[str]) -> None:
    try:
        out = normalise(["analyze", *line], COMMANDS)
    except UsageError:
        return
    assert normalise(out, COMMANDS) == out


def test_lists_behind_commas() -> None:
    assert split(("Pod,Service", "", " Node ,Pod", ",")) == ("Pod", "Service", "Node")
