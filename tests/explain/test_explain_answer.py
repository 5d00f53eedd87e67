import json
import re

import pytest

from explain.incidents import DEPLOYMENT, POD, Cluster, incident
from kubedx.explain.answer import Answer, parse_answer
from kubedx.explain.check import check_answer
from kubedx.explain.commands import objects_of
from kubedx.kube import Ref

WANTED = {
    "summary": "The secret is missing.",
    "steps": ["Create it.", "Watch."],
    "commands": ["kubectl -n shop get pods"],
    "citations": ["e1", "e2"],
}
PARSED = Answer("The secret is missing.", ("Create it.", "Watch."), ("kubectl -n shop get pods",), ("e1", "e2"))
JSON = json.dumps(WANTED)


@pytest.mark.parametrize(
    "text",
    [
        JSON,
        f"  {JSON}  ",
        f"```json\n{JSON}\n```",
        f"Here it is:\n{JSON}\nI hope this helps!",
        f"<think>maybe {{}} or {{'summary': 1}}</think>{JSON}",
        f"<think>\nlong thought {{\n</think>\n\n{JSON}",
        f"a thought without its opening tag </think> {JSON}",
        f'{{"note": 1}} {JSON}',
        json.dumps(WANTED, indent=2),
        JSON.replace("summary", "Summary"),
        json.dumps({**WANTED, "steps": [{"step": "Create it."}, {"text": "Watch."}]}),
        json.dumps({**WANTED, "steps": "1. Create it.\n2. Watch."}),
        json.dumps({**WANTED, "steps": ["1. Create it.", "2) Watch."]}),
        json.dumps({**WANTED, "commands": ["`kubectl -n shop get pods`"], "citations": ["[e1]", "e2"]}),
        json.dumps({**WANTED, "commands": "$ kubectl -n shop get pods"}),
        JSON.replace('", "Watch', '",\n "Watch'),
    ],
)
def test_the_json_is_found_wherever_it_stands(text: str) -> None:
    assert parse_answer(text) == PARSED


def test_what_was_cut_short_is_saved() -> None:
    cut = JSON[: JSON.index("Watch") + 3]
    assert parse_answer(cut) == Answer("The secret is missing.", ("Create it.",))


@pytest.mark.parametrize(
    "text",
    [
        "Error: The secret is missing.\nSolution: 1. Create it. 2. Watch.",
        "Error: The secret is missing.\nSolution:\n1. Create it.\n2. Watch.\n",
        "**Error:** The secret is missing.\n\n**Solution:**\n\n1. Create it.\n2. Watch.",
        "错误：The secret is missing.\n解决方案：\n1. Create it.\n2. Watch.",
        "The secret is missing.\n\n- Create it.\n- Watch.",
        "The secret is missing.\n\nStep 1: Create it.\nStep 2: Watch.",
    ],
)
def test_plain_text_is_read_too(text: str) -> None:
    answer = parse_answer(text)
    assert answer
    assert (answer.summary, answer.steps) == ("The secret is missing.", ("Create it.", "Watch."))


def test_a_number_that_ends_a_sentence_begins_no_step() -> None:
    only = "Scale the deployment to 3. Then watch it for 10) minutes."
    answer = parse_answer(json.dumps({**WANTED, "steps": [only]}))
    assert answer
    assert answer.steps == (only,)
    answer = parse_answer(f"Error: It is too small.\nSolution: 1. {only} 2. Watch.")
    assert answer
    assert answer.steps == (only, "Watch.")


def test_commands_of_plain_text_stay_with_their_step() -> None:
    answer = parse_answer(
        "It broke (see e1).\n1. Look:\n```bash\nkubectl -n shop get pods\n```\n2. Run `kubectl -n shop rollout restart deployment/cart`."
    )
    assert answer
    assert answer.steps[0] == "Look:\nkubectl -n shop get pods"
    assert answer.commands == ("kubectl -n shop get pods", "kubectl -n shop rollout restart deployment/cart")
    assert answer.citations == ("e1",)


@pytest.mark.parametrize(
    "text",
    ["", "   \n", "<think>only thoughts</think>", "<think>never closed", "{}", "[]", '{"summary": ""}', '{"summary": 7, "steps": 5}'],
)
def test_what_says_nothing_is_no_answer(text: str) -> None:
    answer = parse_answer(text)
    assert answer is None or not answer.steps


@pytest.mark.parametrize(
    "text",
    [
        '{"summary": ' * 3000,
        "{" * 200_000,
        '{"summary": "' + "a" * 1_000_000,
        '{"summary": "x", "steps": [' + '"s",' * 50_000,
        "1. a\n" * 100_000,
        json.dumps({"summary": ["x"], "steps": {"a": {"b": ["c"]}}, "commands": [None, 1, {"c": "kubectl get po"}], "citations": "e1"}),
        "\x00\ud800\x1b[2J",
        "Error:" * 10_000,
        "<think>" * 10_000,
    ],
)
def test_hostile_answers_are_bounded(text: str) -> None:
    answer = parse_answer(text)
    if answer:
        assert len(answer.summary) <= 1200
        assert len(answer.steps) <= 12
        assert all(len(step) <= 800 for step in answer.steps)


def test_answers_cannot_steer_a_terminal() -> None:
    escaped = json.dumps(
        {
            "summary": "a\x1b[31mred\x07 \u202eevil\u2028x",
            "steps": ["b\x1b]0;t\x07c\r\nd"],
            "commands": ["kubectl\x00 get po"],
            "citations": ["e\x1b1"],
        }
    )
    answer = parse_answer(escaped)
    assert answer
    for text in (answer.summary, *answer.steps, *answer.commands, *answer.citations):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028]", text)


@pytest.mark.parametrize(
    ("command", "objects"),
    [
        ("kubectl -n shop describe pod cart-1", ["Namespace shop", "Pod shop/cart-1"]),
        ("kubectl describe pod/cart-1 -n shop", ["Namespace shop", "Pod shop/cart-1"]),
        ("kubectl --namespace=shop get deploy cart -o yaml", ["Namespace shop", "Deployment shop/cart"]),
        ("kubectl get pods", []),
        ("kubectl get po,svc -n shop", ["Namespace shop"]),
        ("kubectl get pods -A", []),
        ("kubectl get pods -l app=cart -n shop", ["Namespace shop"]),
        ("kubectl logs cart-1 -c api --previous", ["Pod default-ns/cart-1"]),
        ("kubectl logs -p cart-1", ["Pod default-ns/cart-1"]),
        ("kubectl logs -f deploy/cart", ["Deployment default-ns/cart"]),
        ("kubectl exec -it cart-1 -- kubectl get pod other", ["Pod default-ns/cart-1"]),
        ("kubectl rollout restart deployment/cart", ["Deployment default-ns/cart"]),
        ("kubectl rollout undo deployment cart --to-revision=2", ["Deployment default-ns/cart"]),
        ("kubectl set image deployment/cart api=nginx:1.27", ["Deployment default-ns/cart"]),
        ("kubectl set env deployment cart A=b", ["Deployment default-ns/cart"]),
        ("kubectl scale --replicas=2 deployment/cart", ["Deployment default-ns/cart"]),
        ("kubectl delete pod a b", ["Pod default-ns/a", "Pod default-ns/b"]),
        ("kubectl label node node-a tier=web old-", ["Node node-a"]),
        ("kubectl drain node-a --ignore-daemonsets", ["Node node-a"]),
        ("kubectl taint nodes node-a k=v:NoSchedule-", []),
        ("kubectl create secret generic db --from-literal=a=b", []),
        ("kubectl apply -f x.yaml", []),
        ("kubectl get widgets my-widget", []),
        (
            "kubectl get pod cart-1 | grep x && kubectl -n shop describe secret db",
            ["Pod default-ns/cart-1", "Namespace shop", "Secret shop/db"],
        ),
        ("kubectl top pod cart-1", ["Pod default-ns/cart-1"]),
        ("kubectl port-forward svc/cart 8080:80", ["Service default-ns/cart"]),
        ('kubectl patch deployment cart -p \'{"spec":{"replicas":1}}\'', ["Deployment default-ns/cart"]),
        ("kubectl get deployment.apps/cart", ["Deployment default-ns/cart"]),
        ("kubectl wait --for=condition=Ready pod/cart-1", ["Pod default-ns/cart-1"]),
        ("kubectl describe pod <pod-name>", ["Pod default-ns/<pod-name>"]),
        ("kubectl get namespace shop", ["Namespace shop"]),
        ("echo kubectl", []),
        ("kubectl", []),
        ("kubectl get 'pod", []),
        ("rm -rf /", []),
        ("", []),
        ("kubectl -n", []),
        ("/usr/local/bin/kubectl get pod x", ["Pod default-ns/x"]),
    ],
)
def test_the_objects_of_a_command(command: str, objects: list[str]) -> None:
    assert [str(ref) for ref in objects_of(command, "default-ns")] == objects


def test_without_a_namespace_namespaced_objects_are_not_judged() -> None:
    assert objects_of("kubectl get pod x node-a", "") == ()
    assert objects_of("kubectl get node node-a", "") == (Ref("v1", "Node", "", "node-a"),)


def test_what_does_not_exist_is_dropped_and_counted() -> None:
    answer = Answer(
        summary="s",
        steps=("fine", "Run `kubectl -n shop delete pod ghost`.", f"Read\nkubectl -n shop logs {POD.name}"),
        commands=(
            "kubectl -n shop describe deployment cart",
            "kubectl -n shop describe deployment ghost",
            "kubectl -n nowhere get pods",
            "kubectl -n shop get statefulset perhaps",
            "kubectl -n shop create secret generic db",
            "kubectl -n shop delete deployment cart",
        ),
        citations=("e1", "e99", "e1", "made up"),
    )
    checked = check_answer(answer, incident(), Cluster((DEPLOYMENT, POD)))
    assert checked.answer.steps == (
        "fine",
        f"Read\nkubectl -n shop logs {POD.name}",
        "For example, with your own values filled in:\nkubectl -n shop get statefulset perhaps",
        "Careful, this deletes, stops or grants something; make sure that it is what you want:\nkubectl -n shop delete deployment cart",
    )
    assert checked.answer.commands == ("kubectl -n shop describe deployment cart", "kubectl -n shop create secret generic db")
    assert checked.answer.citations == ("e1",)
    assert checked.dropped == 5


@pytest.mark.parametrize(
    "summary",
    [
        "registry.shop.example/cart:1.0.2 is missing. Was v1.1.0 meant? host-1.example answers 404! See spec.containers[0].image.",
        "镜像 cart:1.0.2 不存在。请修正 spec.image！",
    ],
)
def test_a_summary_that_stands_is_shown_letter_by_letter(summary: str) -> None:
    assert check_answer(Answer(summary), incident(), Cluster()).answer.summary == summary


def test_a_dot_in_an_address_does_not_save_it_from_the_check() -> None:
    checked = check_answer(Answer("It broke. See https://evil.example/fix?now=1 for more. It rests on e1."), incident(), Cluster())
    assert checked.answer.summary == "It broke. See […] for more. It rests on e1."
    assert checked.dropped == 1


def test_an_object_named_without_a_namespace_is_looked_for_in_the_incident_s() -> None:
    checked = check_answer(Answer("s", (), ("kubectl describe deployment cart", "kubectl describe pod ghost")), incident(), Cluster())
    assert checked.answer.commands == ("kubectl describe deployment cart",)


@pytest.mark.parametrize(
    "text",
    [
        "Error: <what is wrong>\nSolution: <numbered steps",
        "Error: <what is wrong>\nSolution:\n1. <",
        '{"summary": "what is wrong, at most two sentences", "cause": "why, in one sentence, by the evidence", "steps": ["…"]}',
        '{"summary": "what is wrong and why, at most three sentences", "steps": ["…"], "commands": ["kubectl …"], "citations": ["e1"]}',
    ],
)
def test_a_form_that_was_not_filled_in_is_no_answer(text: str) -> None:
    assert parse_answer(text) is None


def test_only_the_blanks_of_a_form_are_left_out() -> None:
    answer = parse_answer("Error: the tag <none> is absent\nSolution:\n1. Push it.\n2. <")

    assert answer is not None
    assert answer.summary == "the tag <none> is absent"
    assert answer.steps == ("Push it.",)
