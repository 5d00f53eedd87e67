"""Changing the config file: nothing of it is lost, nobody else may read it, and two writers do not meet."""

import stat
import threading
from pathlib import Path

import pytest
import yaml

from kubedx.config import ProviderSettings, SecretText, change_config, key_of, load_config
from kubedx.config.editing import Document, entries_of, put, section_of, value_of
from kubedx.errors import ConfigError, UsageError


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = change_config(None, {"XDG_CONFIG_HOME": str(tmp_path)}, lambda document: put(document, "active_filters", ["Pod"]))
    assert path == tmp_path / "k8sgpt" / "k8sgpt.yaml"
    assert mode_of(path) == 0o600
    assert load_config(path, {}).active_filters == ("Pod",)


def test_what_nobody_changed_stays_and_an_open_file_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "k8sgpt.yaml"
    path.write_text(
        "AI:\n  Providers:\n  - {name: openai, somethingNew: {a: [1, 2]}}\nkubeconfig: /k\nversion: v0.4\nname: 日本\n", "utf-8"
    )
    path.chmod(0o644)
    change_config(path, {}, lambda document: put(section_of(document, "ai"), "defaultprovider", "openai"))
    assert yaml.safe_load(path.read_text("utf-8")) == {
        "AI": {"Providers": [{"name": "openai", "somethingNew": {"a": [1, 2]}}], "defaultprovider": "openai"},
        "kubeconfig": "/k",
        "version": "v0.4",
        "name": "日本",
    }
    assert mode_of(path) == 0o600


@pytest.mark.parametrize("body", ["a: [", "- 1\n- 2\n", "\x00", "just text"])
def test_a_file_that_cannot_be_understood_is_left_alone(tmp_path: Path, body: str) -> None:
    path = tmp_path / "k8sgpt.yaml"
    path.write_text(body)
    with pytest.raises(ConfigError):
        change_config(path, {}, lambda document: put(document, "active_filters", ["Pod"]))
    assert path.read_text() == body


def test_a_change_that_is_refused_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "k8sgpt.yaml"
    path.write_text("ai: {}\n")

    def refuse(document: Document) -> None:
        put(document, "ai", None)
        raise UsageError("no")

    with pytest.raises(UsageError):
        change_config(path, {}, refuse)
    assert path.read_text() == "ai: {}\n"
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.endswith(".yaml")] == ["k8sgpt.yaml"]


def test_a_section_that_is_something_else_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "k8sgpt.yaml"
    path.write_text("ai: 3\ncustom_analyzers: {}\n")
    with pytest.raises(ConfigError, match="ai in the config file must be a mapping"):
        change_config(path, {}, lambda document: put(section_of(document, "ai"), "x", 1))
    with pytest.raises(ConfigError, match="must be a list of mappings"):
        change_config(path, {}, lambda document: entries_of(document, "custom_analyzers").append({}))


def test_the_legacy_file_moves_with_the_first_change(tmp_path: Path) -> None:
    legacy = tmp_path / ".k8sgpt.yaml"
    legacy.write_text("active_filters: [Pod]\n")
    environment = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert load_config(None, environment).active_filters == ("Pod",)
    assert legacy.exists()
    path = change_config(None, environment, lambda document: put(document, "kept", True))
    assert yaml.safe_load(path.read_text()) == {"active_filters": ["Pod"], "kept": True}
    assert not legacy.exists()


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "k8sgpt.yaml"
    real.write_text("{}\n")
    link.symlink_to(real)
    change_config(link, {}, lambda document: put(document, "a", 1))
    assert link.is_symlink()
    assert yaml.safe_load(real.read_text()) == {"a": 1}


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "k8sgpt.yaml"

    def count(document: Document) -> None:
        put(document, "count", int(value_of(document, "count") or 0) + 1)

    threads = [threading.Thread(target=lambda: [change_config(path, {}, count) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert yaml.safe_load(path.read_text()) == {"count": 40}


def test_a_key_of_the_environment_goes_to_the_vendor_alone() -> None:
    environment = {"OPENAI_API_KEY": " sk-1 "}
    assert key_of(ProviderSettings(name="openai"), environment) == SecretText("sk-1")
    assert key_of(ProviderSettings(name="openai", password=SecretText("sk-2")), environment) == SecretText("sk-2")
    assert not key_of(ProviderSettings(name="openai", baseurl="http://somewhere.example/v1"), environment)
    assert not key_of(ProviderSettings(name="ollama"), environment)
