"""container-command-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well, label, part, spec_path, suspect_containers, unready_since
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.near_miss import nearest
from kubedx.analyzers.rules.container._start_failure import start_failure
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import ContainerView, Pod, pattern_of

_KINDS = (
    ("not-found", pattern_of(r"executable file not found|no such file or directory"), "which the image does not have"),
    ("not-executable", pattern_of(r"permission denied|is a directory"), "which cannot be executed: permission denied"),
    ("architecture", pattern_of(r"exec format error"), "which is not built for the node's CPU: exec format error"),
)
_PROGRAMS = (
    *("ash", "bash", "sh", "cat", "curl", "echo", "sleep", "tail", "wget"),
    *("bun", "deno", "node", "npm", "npx", "pnpm", "yarn"),
    *("celery", "flask", "gunicorn", "python", "python3", "supervisord", "uvicorn", "uwsgi"),
    *("bundle", "dotnet", "java", "perl", "php", "php-fpm", "puma", "rackup", "rails", "ruby"),
    *("caddy", "envoy", "haproxy", "httpd", "memcached", "mongod", "mysqld", "nginx", "postgres", "redis-server", "traefik"),
)
"""What containers usually start."""


@rule(
    filter="Pod",
    on=Pod,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_START,
    produces=WITHOUT_PODS,
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def container_command_absent(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container's command does not exist in its image, or cannot be executed.

    ## What it means
    The container runtime tried to start the first word of `command` (or the image's entrypoint, or the first of `args` where there is
    none) and could not: the image has no such file, the file is not executable, or it is built for another CPU architecture.

    ## When it is not reported
    When the program did start and then failed by itself, and when the container runs again.

    ## How to fix it
    Correct `command` in the pod template. Note that `command` replaces the image's entrypoint and is not run by a shell: a whole
    command line needs `["sh", "-c", "..."]`, and images without a shell have no `sh`. For an `exec format error` build the image for
    the node's architecture, or give a script its `#!` line.
    """
    for view in suspect_containers(pod):
        failed = start_failure(pod, view, inventory)
        executed = failed.executed if failed else None
        if failed is None or executed is None:
            continue
        command, why = executed
        kind = next((one for one in _KINDS if one[1].search(why)), _KINDS[0])
        meant = nearest(command, _PROGRAMS) if kind[0] == "not-found" else None
        hint = f'; did you mean "{meant}"?' if meant else _whole_line(command)
        yield Hit(
            message=f'{label(view)} starts command "{command}", {kind[2]}{hint}',
            evidence=(_command(pod, view), *failed.evidence),
            part=part(view),
            since=failed.since or unready_since(pod),
            error_class=kind[0],
            values={"command": command, "image": view.container.image, "meant": meant or "", "reason": quoted(why)},
        )


def _command(pod: Pod, view: ContainerView) -> Evidence:
    """The command, or what gives it where there is none."""
    if view.container.command:
        return field(pod, f"{spec_path(view)}.command", view.container.command)
    if view.container.args:
        return field(pod, f"{spec_path(view)}.args", view.container.args)
    return field(pod, f"{spec_path(view)}.image", view.container.image)


def _whole_line(command: str) -> str:
    return "; a whole command line needs a shell" if " " in command.strip() else ""
