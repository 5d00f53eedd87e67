"""Pages of the site in a real Chromium: no violation of WCAG 2.2 AA, and room for them on a phone."""

import html
import json
import re
from pathlib import Path

import pytest

from published.test_site import site  # noqa: F401  # the fixture, which is built once
from report.test_report_browser import AXE, CHROMIUM, DARK, JUDGE, LIGHT, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and AXE.exists()), reason="no Chromium or no axe-core here (scripts/browser-tools)"),
]


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("", 390, LIGHT), ("python", 1200, DARK), ("ci", 390, DARK), ("rules/secret-key-absent", 1200, LIGHT)],
)
def test_a_page_is_accessible_and_fits(site: Path, tmp_path: Path, name: str, width: int, scheme: str) -> None:  # noqa: F811  # the fixture
    page = site / name / f"opened-{width}.htm"  # no page of the site, to the tests that look at these meanwhile
    scripts = f"<script>{AXE.read_text('utf-8')}</script><script>{JUDGE}</script>"
    page.write_text((site / name / "index.html").read_text("utf-8").replace("</body>", f"{scripts}</body>"), "utf-8")
    try:
        done = opened(page, tmp_path, f"--blink-settings=preferredColorScheme={scheme}", f"--window-size={width},900")
    finally:
        page.unlink()
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    told = json.loads(html.unescape(found[1]))
    assert told["violations"] == []
    assert told["overflow"] <= 0
    assert told["passes"] > 20
