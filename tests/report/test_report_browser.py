"""The HTML report in a real Chromium: no violation of WCAG 2.2 AA, no error of its policy, room for it on a phone; and valid HTML.

Run where `scripts/browser-tools` finds what it needs, whose folder of npm packages is KUBEDX_BROWSER_TOOLS_FOLDER.
"""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kubedx.findings import Diagnosis
from kubedx.report import Style, render
from report.test_report_formats import STYLE, hostile

TOOLS = Path(os.environ.get("KUBEDX_BROWSER_TOOLS_FOLDER", "/nonexistent"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = TOOLS / "axe-core/axe.min.js"
VALIDATE = TOOLS / ".bin/html-validate"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and AXE.exists()), reason="no Chromium or no axe-core here (scripts/browser-tools)"),
]

LIGHT, DARK = "1", "0"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JUDGE = f"""
axe.run(document, {{runOnly: {json.dumps(TAGS)}}}).then(result => {{
  const told = document.createElement("pre");
  told.id = "told";
  told.textContent = JSON.stringify({{
    violations: result.violations.map(one => [one.id, one.nodes.map(node => node.html)]),
    passes: result.passes.length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }});
  document.body.append(told);
}});
"""


def opened(page: Path, folder: Path, *flags: str) -> "subprocess.CompletedProcess[str]":
    """The page after Chromium has opened it, with what it complains of."""
    words = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr"]
    command = [str(CHROMIUM), *words, "--virtual-time-budget=30000", *flags, "--dump-dom", page.as_uri()]
    return subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=True, timeout=100)


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_it_is_accessible_and_fits(outage: Diagnosis, tmp_path: Path, scheme: str, width: int) -> None:
    text = render(outage, "html", STYLE)
    without_policy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    scripts = f"<script>{AXE.read_text('utf-8')}</script><script>{JUDGE}</script>"
    page = tmp_path / "report.html"
    page.write_text(without_policy.replace("</body>", f"{scripts}</body>"), "utf-8")
    done = opened(page, tmp_path, f"--blink-settings=preferredColorScheme={scheme}", f"--window-size={width},900")
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    told = json.loads(html.unescape(found[1]))
    assert told["violations"] == []
    assert told["passes"] > 20
    assert told["overflow"] <= 0


def test_its_policy_allows_what_it_needs_and_nothing_of_a_stranger_runs(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(render(hostile(), "html", STYLE), "utf-8")
    done = opened(page, tmp_path)
    assert not re.search(r"CONSOLE|Content Security Policy|ERR_", done.stderr)


@pytest.mark.skipif(not VALIDATE.exists() or not shutil.which("node"), reason="no html-validate here (scripts/browser-tools)")
def test_it_is_valid_html(outage: Diagnosis, healthy: Diagnosis, tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text('{"root": true, "extends": ["html-validate:standard"]}', "utf-8")
    for number, diagnosis in enumerate((outage, healthy, hostile())):
        (tmp_path / f"{number}.html").write_text(render(diagnosis, "html", Style("0.1.0")), "utf-8")
    command = [str(VALIDATE), "--config", "rules.json", "0.html", "1.html", "2.html"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout
