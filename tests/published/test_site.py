"""The documentation site: it builds without a warning, its links lead somewhere, and it is where reports say."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import jsonschema
import pytest

import kubedx
from kubedx.analyzers import catalogue
from kubedx.api import DOCS_URL, rule_pages
from kubedx.cli.app import kubedx as program
from kubedx.cli.argv import normalise
from kubedx.cli.flags import grammar_of
from published.conftest import ROOT, once

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src"}
COMMAND = re.compile(r"(?:^|[|(] ?)(?:kubedx|k8sgpt) (?P<words>[a-z][^|#>;&)\n]*)", re.MULTILINE)


class Page(HTMLParser):
    """Where a page can be entered, where it leads, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.add(found["href"])
        if tag in LOADED and LOADED[tag] in found and found.get("rel") not in {"canonical", "prev", "next"}:
            self.loads.add(found[LOADED[tag]])


@pytest.fixture(scope="session")
def site(shared: Path) -> Path:
    """The site, built as scripts/site does."""

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
        environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=110)
        assert done.returncode == 0, done.stdout + done.stderr

    return once(shared, "site", build)


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in site.rglob("*.html")}


def test_every_rule_has_its_page_where_reports_link_to(site: Path) -> None:
    urls = {code: page.url for code, page in rule_pages(DOCS_URL).items()}
    assert set(urls) == set(catalogue())
    assert [code for code, url in urls.items() if not (site / url.removeprefix(f"{DOCS_URL}/") / "index.html").exists()] == []


def test_links_lead_to_pages_and_anchors_that_there_are(site: Path, pages: dict[Path, Page]) -> None:
    broken = [
        (str(path.relative_to(site)), link)
        for path, page in pages.items()
        if path.name != "404.html"  # whose links are absolute, as it is shown anywhere
        for link in page.links
        if not leads_somewhere(path, link, pages, site)
    ]
    assert broken == []


def leads_somewhere(path: Path, link: str, pages: dict[Path, Page], site: Path) -> bool:
    address = urlsplit(link)
    if address.scheme or address.netloc:
        return address.scheme in {"https", "http", "mailto"}
    target = (path.parent / unquote(address.path)).resolve() if address.path else path
    target = target / "index.html" if target.is_dir() else target
    if not (target.is_file() and target.is_relative_to(site.resolve())):
        return False
    anchors = pages[target].anchors if target in pages else set()
    return not address.fragment or address.fragment == "__skip" or unquote(address.fragment) in anchors


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Page]) -> None:
    assert {load for page in pages.values() for load in page.loads if urlsplit(load).netloc} == set()


def test_the_schemas_are_published_where_their_id_says_and_hold_for_what_is_written(site: Path) -> None:
    for name in ("diagnosis", "comparison"):
        published = json.loads((site / f"schemas/{name}.schema.json").read_text("utf-8"))
        assert published["$id"] == f"{DOCS_URL}/schemas/{name}.schema.json"
        assert published["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(published)
    schema = json.loads((site / "schemas/diagnosis.schema.json").read_text("utf-8"))
    written = json.loads(kubedx.render(kubedx.diagnose(kubedx.Demo()), "json"))
    jsonschema.Draft202012Validator(schema).validate(written)
    written["incidents"][0]["severity"] = "bad"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(written)


def test_the_start_page_leads_to_every_recipe(pages: dict[Path, Page], site: Path) -> None:
    links = pages[(site / "index.html")].links
    wanted = {"first-five-minutes", "coming-from-k8sgpt", "ci", "least-privilege", "air-gapped", "python", "json", "rules"}
    assert {one for one in wanted if not any(link.startswith(f"{one}/") for link in links)} == set()


def commands() -> list[tuple[str, str]]:
    """The command lines that pages written by hand show, with their page."""
    generated = {"cli.md"}
    found = []
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        if page.name not in generated:
            blocks = re.findall(r"^```(?:sh|yaml|console|groovy)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
            found += [(page.name, match["words"].strip()) for block in blocks for match in COMMAND.finditer(block)]
    return sorted(set(found))


@pytest.mark.parametrize(("page", "words"), commands())
def test_commands_that_pages_show_are_understood(page: str, words: str) -> None:
    """Every flag is known and has its value; nothing is run."""
    name, *rest = [word.strip("\"'") for word in words.split()]
    parse(program, [name, *rest])


def parse(group: click.Group, words: list[str]) -> None:
    command = group.get_command(click.Context(group), words[0])
    assert command is not None, words[0]
    if isinstance(command, click.Group):
        parse(command, words[1:])
        return
    command.make_context(words[0], normalise(words, {words[0]: grammar_of(command)})[1:])
