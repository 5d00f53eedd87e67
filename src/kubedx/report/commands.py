"""What to type next."""

from kubedx.findings import Explanation, Incident

PLAYBOOK = "playbook"


def next_command(incident: Incident) -> str:
    """The first command of the explanations, empty without one: the playbook's, where it has one, since nobody made that up."""
    ours = sorted(incident.explanations, key=lambda explanation: explanation.source != PLAYBOOK)
    return next((command for explanation in ours for command in explanation.commands), "")


def steps_of(explanation: Explanation) -> list[tuple[str, list[str]]]:
    """The steps, each with its commands. Commands that belong to no step come last, behind an empty step."""
    steps = [(text, commands) for text, *commands in (step.split("\n") for step in explanation.steps)]
    told = {command for text, commands in steps for command in commands}
    rest = [each for each in explanation.commands if each not in told and not any(each in text for text, _ in steps)]
    return [*steps, ("", rest)] if rest else steps
