"""The GitHub Action's own part: run kubedx, and put its reports where people look. Standard library alone.

What it is told stands in the environment: action.yml's inputs as KUBEDX_*, GitHub's own as GITHUB_*
(https://docs.github.com/en/actions/reference/workflows-and-actions/variables). Nothing that a cluster says becomes part of a command
line, of a workflow command, or of an output.
"""

import json
import os
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LONGEST_COMMENT = 65_536
"""Characters of a comment, at most (GitHub's own limit)."""
LONGEST_SUMMARY = 1_000_000
"""Bytes of a job summary, at most, a little below GitHub's limit of 1 MiB."""
PAGE = 100


def main(environ: Mapping[str, str]) -> int:
    """Write summary, comment and outputs. The exit code is 0 where kubedx could judge, whatever it found: the action's last step fails."""
    folder = Path(environ.get("RUNNER_TEMP") or ".") / f"kubedx-reports-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    reports = {name: folder / f"report.{suffix}" for name, suffix in {"json": "json", "markdown": "md", "sarif": "sarif"}.items()}
    code = run(command(environ, reports))
    outputs = {"exit-code": str(code)}
    if reports["json"].exists():
        document = json.loads(reports["json"].read_text("utf-8"))
        outputs |= {"incidents": str(len(document["incidents"])), "json": str(reports["json"]), "sarif": str(reports["sarif"])}
        text = reports["markdown"].read_text("utf-8")
        name = " ".join(environ.get("KUBEDX_NAME", "kubedx").split()) or "kubedx"
        append(environ.get("GITHUB_STEP_SUMMARY"), f"{shortened(text, LONGEST_SUMMARY // 4)}\n")
        if environ.get("KUBEDX_COMMENT") == "true":
            comment(environ, name, text, found=bool(document["incidents"]))
    append(environ.get("GITHUB_OUTPUT"), "".join(f"{key}={value}\n" for key, value in outputs.items()))
    return 0


def command(environ: Mapping[str, str], reports: Mapping[str, Path]) -> list[str]:
    """The command line: `preflight` where manifests are named, else `analyze`."""

    def flag(word: str, variable: str) -> list[str]:
        return [f"--{word}={value}" for value in environ.get(f"KUBEDX_{variable}", "").splitlines() if value.strip()]

    common = [*flag("from", "FROM"), *flag("context", "CONTEXT"), *flag("namespace", "NAMESPACE"), *flag("level", "LEVEL")]
    common += [*flag("fail-on", "FAIL_ON"), "--quiet", *(f"--output={name}={path}" for name, path in reports.items())]
    manifests = flag("filename", "MANIFESTS")
    if manifests:
        return ["preflight", *manifests, *common]
    explain = ["--explain", *(flag("backend", "BACKEND") or ["--backend=playbook"])] if environ.get("KUBEDX_EXPLAIN") == "true" else []
    return ["analyze", *flag("filter", "FILTER"), *explain, *common]


def run(words: list[str]) -> int:
    """Run kubedx. What it says stands in the log, where nothing of it is taken for a command of the workflow."""
    fence = secrets.token_hex(16)
    print(f"::stop-commands::{fence}", flush=True)
    try:
        return subprocess.run([sys.executable, "-m", "kubedx.cli", *words], stdin=subprocess.DEVNULL, check=False).returncode
    finally:
        print(f"::{fence}::", flush=True)


def comment(environ: Mapping[str, str], name: str, text: str, *, found: bool) -> None:
    """Write the pull request's comment, again where there is one. None is begun to say that there is nothing to say."""
    number = pull_request(environ)
    if number is None:
        return
    api = Api(environ)
    mark = f"<!-- kubedx {json.dumps(name).replace('--', '- -')} -->"
    body = f"{mark}\n{shortened(text, LONGEST_COMMENT - len(mark) - 1)}"
    comments = f"/repos/{environ['GITHUB_REPOSITORY']}/issues/{number}/comments"
    try:
        own = next((one for one in api.all(comments) if is_own(one, mark)), None)
        if own:
            api.ask("PATCH", f"/repos/{environ['GITHUB_REPOSITORY']}/issues/comments/{own['id']}", {"body": body})
        elif found:
            api.ask("POST", comments, {"body": body})
    except (urllib.error.URLError, TimeoutError) as error:
        status = f"GitHub answered {error.code}" if isinstance(error, urllib.error.HTTPError) else "GitHub did not answer"
        hint = "; give the job `permissions: pull-requests: write` (pull requests of forks never have it)" if "403" in status else ""
        print(f"::warning title=kubedx::the pull request has no comment: {status}{hint}; the job summary has the report")


def pull_request(environ: Mapping[str, str]) -> int | None:
    """The number of the pull request that the workflow runs for."""
    event = Path(environ.get("GITHUB_EVENT_PATH") or "absent")
    document = json.loads(event.read_text("utf-8")) if event.is_file() else {}
    number = (document.get("pull_request") or {}).get("number")
    return number if isinstance(number, int) else None


def is_own(one: Mapping[str, Any], mark: str) -> bool:
    """Whether it is ours: a bot's, with our mark at its beginning. People may quote it."""
    return (one.get("user") or {}).get("type") == "Bot" and str(one.get("body") or "").startswith(mark)


class Api:
    """GitHub's REST API, as far as comments go."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._url, self._token = environ.get("GITHUB_API_URL", "https://api.github.com"), environ.get("GITHUB_TOKEN", "")

    def all(self, path: str) -> Iterator[dict[str, Any]]:
        """Every element of a list, page by page."""
        page, more = 1, True
        while more:
            found = self.ask("GET", f"{path}?per_page={PAGE}&page={page}")
            yield from found
            page, more = page + 1, len(found) == PAGE

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One request. Raises URLError."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._url}{path}", data, headers, method=method)  # noqa: S310  # GitHub's own URL
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
            return json.load(answer)


def shortened(text: str, longest: int) -> str:
    """The text, or as many of its incidents as go in, and how to see the others."""
    if len(text) <= longest:
        return text
    note = "\n\n**There is more than fits here.** The JSON report of the run has all of it.\n"
    parts, kept = text.split("\n## "), ""
    for part in parts:
        grown = f"{kept}\n## {part}" if kept else part
        if len(grown) > longest - len(note):
            break
        kept = grown
    return (kept or text[: longest - len(note)]) + note


def append(path: str | None, text: str) -> None:
    """Write at the end of one of the files that GitHub names; nothing where it names none."""
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    sys.exit(main(os.environ))
