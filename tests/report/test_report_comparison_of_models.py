"""What several models say: side by side where the terminal is wide, one below the other where it is not; and in every report."""

import pytest

from explain.incidents import incident
from kubedx.findings import Explanation, ExplanationUsage, Incident
from kubedx.report import Style, render_explanations

LEFT = Explanation(
    source="ollama/llama3",
    language="en",
    summary="The secret db does not exist, so that no container of the Deployment can be started by the kubelet on any node.",
    steps=("Create the secret, with the key that the container reads.", "Look whether the pods start."),
    commands=(
        "kubectl -n shop get secret db --output=jsonpath={.data} --show-managed-fields=false --request-timeout=30s",
        "kubectl get pods",
    ),
    citations=("e1",),
    dropped=2,
    usage=ExplanationUsage(seconds=2.14, prompt_tokens=800, answer_tokens=12, cost=0.0041),
)
RIGHT = Explanation(
    source="openai/gpt-x",
    language="zh",
    summary="密钥不存在，容器无法启动。",
    steps=("创建密钥。",),
    commands=("kubectl get pods",),
    usage=ExplanationUsage(cached=True),
)
PLAYBOOK = Explanation(source="playbook", language="en", summary="A secret is missing.")


def answered(*models: Explanation) -> Incident:
    one = incident()
    return type(one)(**{name: getattr(one, name) for name in one.__struct_fields__} | {"explanations": (*models, PLAYBOOK)})


def shown(width: int, *models: Explanation, ascii_only: bool = False) -> list[str]:
    return render_explanations(answered(*models), Style("1", width=width, ascii_only=ascii_only)).splitlines()


def test_two_stand_side_by_side_in_a_wide_terminal() -> None:
    lines = shown(120, LEFT, RIGHT)
    head = next(line for line in lines if "ollama/llama3" in line)
    assert "(2.1 s, 812 tokens, $0.0041)" in head
    assert head.endswith("│ openai/gpt-x (kept from before)")
    bars = {_cells(line[: line.index("│")]) for line in lines if "│" in line}
    assert len(bars) == 1
    assert any("rests on e1; 2 claims left out" in line for line in lines)


def test_a_command_for_pasting_is_never_broken_and_told_once() -> None:
    lines = [line.strip() for line in shown(120, LEFT, RIGHT)]
    assert f"$ {LEFT.commands[0]}" in lines
    assert lines.count("$ kubectl get pods") == 1
    assert lines[lines.index("$ kubectl get pods") - 1] == "ollama/llama3, openai/gpt-x:"


@pytest.mark.parametrize(("width", "count"), [(119, 2), (80, 2), (120, 3)])
def test_where_there_is_no_room_one_stands_below_the_other(width: int, count: int) -> None:
    lines = shown(width, *(LEFT, RIGHT, LEFT)[:count])
    assert not any("│" in line for line in lines)
    assert [line.split()[0] for line in lines if line.startswith(("   ollama/", "   openai/"))] == [
        "ollama/llama3",
        "openai/gpt-x",
        "ollama/llama3",
    ][:count]


def test_letters_of_ascii_alone_where_the_terminal_has_no_others() -> None:
    assert any(" | openai/gpt-x" in line for line in shown(140, LEFT, RIGHT, ascii_only=True))


def test_three_fit_in_a_wider_one() -> None:
    assert any(line.count("│") == 2 for line in shown(135, LEFT, RIGHT, LEFT))


def _cells(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
