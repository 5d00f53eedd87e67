import re
import shlex
from pathlib import Path

import pytest

import kubedx
from explain.incidents import DEPLOYMENT, POD, incident
from kubedx.explain import details, explain_by_playbook, is_chinese
from kubedx.explain.playbook import Entry, PlaybookInvalid, fill_command, fill_text, load_entry, parse_entry, words_of
from kubedx.explain.playbook.entry import generic_entry
from kubedx.kube import Ref

PACKAGE = Path(kubedx.__file__).parent
ENTRIES = sorted((PACKAGE / "explain/playbook/entries").glob("*.toml"))
BUILT_IN = set(
    "namespace name kind cause_namespace cause_name cause_kind observed observed_name observed_kind pod part container workload subject cause message".split()  # noqa: SIM905  # words are read better than a list
)
CJK = "[\u4e00-\u9fff]"

ENTRY = """
[en]
cause = ["The registry has no image \\"{image}\\"; \\"{meant}\\" was probably meant.", "The registry has no image \\"{image}\\"."]
steps = [
    { text = "Set the right image.", command = "kubectl -n {namespace} set image {kind}/{name} {container}={meant}" },
    "Look at {cause}. If {pod} is gone, wait. Ask {nobody}.",
    "Ask the author of {image}.",
]
commands = ["kubectl -n {namespace} describe pod {pod}"]
[zh]
cause = "镜像仓库中不存在镜像 \\"{image}\\"。"
steps = ["改为正确的镜像。", "查看 {cause}。", "询问 {image} 的作者。"]
"""


def entry() -> Entry:
    return parse_entry("x", ENTRY)


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> None:
    from kubedx.explain.playbook import advice

    monkeypatch.setattr(advice, "entry_for", lambda _root: entry())


def test_names_and_values_are_filled_in(example: None) -> None:
    explanation = explain_by_playbook(incident(values={"image": "httddd", "meant": "httpd"}))
    assert explanation.summary == 'The registry has no image "httddd"; "httpd" was probably meant.'
    assert explanation.steps == (
        "Set the right image.\nkubectl -n shop set image deployment/cart api=httpd",
        f"Look at Secret shop/db. If {POD.name} is gone, wait.",
        "Ask the author of httddd.",
    )
    assert explanation.commands == (f"kubectl -n shop describe pod {POD.name}", "kubectl -n shop set image deployment/cart api=httpd")
    assert (explanation.source, explanation.language, explanation.citations) == ("playbook", "en", ("e1",))


def test_what_has_no_value_takes_away_its_sentence_or_command_and_what_rests_on_it(example: None) -> None:
    explanation = explain_by_playbook(incident(values={"image": "httddd"}, cause=None))
    assert explanation.summary == 'The registry has no image "httddd".'
    assert explanation.steps == ("Set the right image.", "Ask the author of httddd.")
    assert explanation.commands == (f"kubectl -n shop describe pod {POD.name}",)
    bare = explain_by_playbook(incident(cause=None))
    assert bare.summary.startswith("Deployment shop/cart: container")
    assert bare.steps == ("Set the right image.",)


@pytest.mark.parametrize(
    "language", ["chinese", "Chinese", "zh", "zh-CN", "zh_CN", "zh-Hans", "中文", "简体中文", " 中文 ", "Simplified Chinese"]
)
def test_chinese_has_its_own_text_and_the_same_commands(example: None, language: str) -> None:
    explanation = explain_by_playbook(incident(values={"image": "httddd", "meant": "httpd"}), language)
    assert is_chinese(language)
    assert explanation.language == "zh"
    assert explanation.summary == '镜像仓库中不存在镜像 "httddd"。'
    assert explanation.steps[0] == "改为正确的镜像。\nkubectl -n shop set image deployment/cart api=httpd"
    assert explanation.commands[0] == f"kubectl -n shop describe pod {POD.name}"


@pytest.mark.parametrize("language", ["english", "", "german", "zhuang", "azh", "\u0000"])
def test_every_other_language_has_the_english_playbook(language: str) -> None:
    assert explain_by_playbook(incident(), language).language == "en"


@pytest.mark.parametrize(
    "value",
    ["a b", "$(reboot)", "`reboot`", "x;reboot", "x'y", 'x"y', "a\\b", "*", "~root", "a>b", "{name}", "!!", "&& rm", "镜像"],
)
def test_a_value_stays_one_word_of_the_command(value: str) -> None:
    command = fill_command(
        "kubectl -n {namespace} set image {kind}/{name} {container}={meant}", {**words_of(incident().root_cause), "meant": value}
    )
    assert shlex.split(command) == ["kubectl", "-n", "shop", "set", "image", "deployment/cart", f"api={value}"]


@pytest.mark.parametrize("value", ["a\nreboot", "a\rb", "\x1b[2J", "a\u202eb", "a\x00b", "a\u2028b", ""])
def test_a_value_that_no_command_can_carry_takes_the_command_away(value: str) -> None:
    assert fill_command("kubectl get pod {pod}", {"pod": value}) == ""


def test_a_value_is_never_an_option() -> None:
    assert fill_command("kubectl get pod {pod}", {"pod": "--kubeconfig=/x"}) == ""
    assert fill_command("kubectl get pod/{pod}", {"pod": "-x"}) == "kubectl get pod/-x"


def test_sentences_show_values_without_tricks() -> None:
    words = {"line": "a\x1b[31mred\x1b[0m\nb\u202ec", "pod": "x;y"}
    assert fill_text("It said: {line}.", words) == "It said: ared bc."
    assert fill_text("Run `kubectl logs {pod}`.", words) == "Run `kubectl logs 'x;y'`."
    assert len(fill_text("{line}", {"line": "x" * 10_000})) <= 300
    assert fill_text("{a} {b}", {"a": "{b}", "b": "2"}) == "{b} 2"


def test_other_braces_mean_nothing() -> None:
    assert fill_command("kubectl get pod {pod} -o jsonpath='{.status}'", {"pod": "p"}) == "kubectl get pod p -o jsonpath='{.status}'"


def test_kinds_are_named_as_kubectl_takes_them() -> None:
    knative = Ref("serving.knative.dev/v1", "Service", "shop", "cart")
    assert words_of(incident(subject=knative).root_cause)["kind"] == "service.serving.knative.dev"
    assert words_of(incident(subject=Ref("networking.k8s.io/v1", "Ingress", "shop", "web")).root_cause)["kind"] == "ingress"
    assert "workload" not in words_of(incident(subject=knative).root_cause)


def test_the_generic_advice_is_whole_for_a_workload_and_for_a_node() -> None:
    explanation = explain_by_playbook(incident())
    assert explanation.commands[:2] == ("kubectl -n shop describe secret db", "kubectl -n shop describe deployment cart")
    assert any("logs" in command for command in explanation.commands)
    node = explain_by_playbook(incident(subject=Ref("v1", "Node", "", "node-a"), cause=None), "zh")
    assert node.commands[0] == "kubectl describe node node-a"
    assert all(re.search(CJK, step) for step in node.steps)


def test_details_are_in_the_form_of_k8sgpt() -> None:
    text = details(explain_by_playbook(incident()))
    assert re.match(r"Error: .+\nSolution: 1\. .+", text)
    assert "\n2. " in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "missing required field `en`"),
        ("[en]\ncause='a'\nsteps=['b']\n", "missing required field `zh`"),
        ("[en]\ncause='a'\nsteps=['b','c']\n[zh]\ncause='a'\nsteps=['b']\n", "zh has 1 steps, en has 2"),
        ("[en]\ncause='a'\nsteps=[]\n[zh]\ncause='a'\nsteps=[]\n", "0 steps"),
        ("[en]\ncause=' '\nsteps=['b']\n[zh]\ncause='a'\nsteps=['b']\n", "cause is empty"),
        ("[en]\ncause='a'\nsteps=['b']\ncmd=['x']\n[zh]\ncause='a'\nsteps=['b']\n", "unknown field `cmd`"),
        ("[en]\ncause='a'\nsteps=['b']\ncommands=[\"kubectl get '{pod}'\"]\n[zh]\ncause='a'\nsteps=['b']\n", "inside quotes"),
        ("[en]\ncause='a'\nsteps=['b']\ncommands=[\"kubectl get 'x\"]\n[zh]\ncause='a'\nsteps=['b']\n", "open quote"),
        ("[en]\ncause='a'\nsteps=['b']\ncommands=['kubectl get <pod>']\n[zh]\ncause='a'\nsteps=['b']\n", "for people to fill in"),
        ("[en\n", "playbook entry x"),
    ],
)
def test_a_wrong_entry_is_refused(text: str, why: str) -> None:
    with pytest.raises(PlaybookInvalid, match=re.escape(why)):
        parse_entry("x", text)


@pytest.mark.parametrize("code", ["no-such-code", "../generic", "", "a/b", "A", "x" * 300])
def test_a_code_without_a_file_has_no_entry(code: str) -> None:
    assert load_entry(code) is None


@pytest.mark.parametrize("entry_", [pytest.param(path.stem, id=path.stem) for path in ENTRIES] + ["generic", "generic-cluster"])
def test_every_entry_holds_to_the_format(entry_: str) -> None:
    loaded = generic_entry(entry_ == "generic") if entry_.startswith("generic") else load_entry(entry_)
    assert loaded is not None
    rules = "\n".join(path.read_text() for room in ("analyzers", "plugins") for path in (PACKAGE / room).rglob("*.py"))
    unknown = {name for name in loaded.placeholders - BUILT_IN if not re.search(rf"[\"']{name}[\"']|\b{name}=", rules)}
    assert not unknown, f"no rule has a value of this name: {unknown}"
    for text in (*loaded.zh.cause, *(step.text for step in loaded.zh.steps)):
        assert re.search(CJK, text), f"not Chinese: {text}"
        assert not re.search(rf"{CJK}[,;:!?]|[,;!?]{CJK}", text), f"half-width punctuation: {text}"
    for text in (*loaded.en.cause, *(step.text for step in loaded.en.steps)):
        assert not re.search(CJK, text)


def test_subjects_and_evidence_are_not_needed() -> None:
    empty = incident(subject=DEPLOYMENT, message="")
    assert explain_by_playbook(empty).steps


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_a_corrected_stateful_set_needs_its_broken_pod_deleted(language: str) -> None:
    stateful = incident(
        code="container-config-rejected", subject=Ref("apps/v1", "StatefulSet", "shop", "db"), cause=None, values={"reason": "x"}
    )
    deployment = incident(code="container-config-rejected", cause=None, values={"reason": "x"})
    last = f"kubectl -n shop delete pod {POD.name}"

    assert explain_by_playbook(stateful, language).commands[-1] == last
    assert explain_by_playbook(stateful, language).steps[-1].endswith(last)
    assert last not in explain_by_playbook(deployment, language).commands
