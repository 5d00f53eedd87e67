"""As a plugin of kubectl: the executables `kubectl-dx` and `kubectl_complete-dx`, which kubectl finds on the PATH.

https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
"""

import sys
from collections.abc import Sequence

NAME = "kubectl dx"
"""What the user typed, for help and errors."""

# Of cobra's directives (https://github.com/spf13/cobra, completions.go): whether names of files fit here too.
_FILES, _NO_FILES = ":0", ":4"


def completions(words: Sequence[str]) -> list[str]:
    """What may stand where the last of the words is being typed, a line each, and cobra's directive.

    kubectl hands over the words behind `kubectl dx`, the last of them unfinished or empty. A flag and its help are parted by a tab.
    """
    from click.shell_completion import ShellComplete

    from kubedx.cli.app import kubedx

    *before, unfinished = words or ("",)
    found = ShellComplete(kubedx, {}, NAME, "").get_completions(list(before), unfinished)
    told = [f"{item.value}\t{item.help}" if item.help else str(item.value) for item in found if item.type == "plain"]
    return [*told, _NO_FILES if told else _FILES]


def complete_main() -> None:
    """The command `kubectl_complete-dx`. Says nothing rather than something wrong: nobody reads errors behind a tab."""
    try:
        lines = completions(sys.argv[1:])
    except Exception:  # noqa: BLE001  # the shell would print it into the command line
        lines = [_FILES]
    sys.stdout.write("\n".join(lines) + "\n")
