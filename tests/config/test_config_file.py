import pickle
from pathlib import Path

import pytest

from kubedx.config import Config, SecretText, config_path, load_config
from kubedx.errors import ConfigError

WHOLE = """
ai:
  defaultprovider: localai
  providers:
    - name: openai
      model: gpt-4o
      password: sk-very-secret
      proxyEndpoint: http://user:hidden@proxy:3128
      temperature: "0.7"
      TopP: 1
      maxtokens: "2048"
      stopsequences: a, b
      customHeaders:
        - X-Team: [red, blue]
        - {X-Key: topsecret}
    - name: localai
      baseurl: http://localhost:8080/v1
      model: 7
active_filters: [Pod, Service]
cache: {currentCacheType: s3, s3: {bucketname: b}}
custom_analyzers:
  - name: host-analyzer
    connection: {url: localhost, port: "8085"}
future_key: {kept: true}
"""


def at(tmp_path: Path, text: str | bytes) -> dict[str, str]:
    folder = tmp_path / "xdg" / "k8sgpt"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "k8sgpt.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return {"XDG_CONFIG_HOME": str(tmp_path / "xdg"), "HOME": str(tmp_path)}


def load(tmp_path: Path, text: str | bytes) -> Config:
    return load_config(None, at(tmp_path, text))


def test_every_key_of_a_k8sgpt_file_is_read(tmp_path: Path) -> None:
    config = load(tmp_path, WHOLE)
    openai, localai = config.ai.providers
    assert config.ai.default_provider == "localai"
    assert (openai.model, openai.password.reveal(), openai.temperature, openai.topp) == ("gpt-4o", "sk-very-secret", 0.7, 1.0)
    assert (openai.maxtokens, openai.stopsequences) == (2048, ("a", "b"))
    assert [(name, value.reveal()) for name, value in openai.customheaders] == [
        ("X-Team", "red"),
        ("X-Team", "blue"),
        ("X-Key", "topsecret"),
    ]
    assert (localai.model, localai.temperature, localai.password) == ("7", None, SecretText())
    assert config.active_filters == ("Pod", "Service")
    assert config.cache.current_cache_type == "s3"
    assert (config.custom_analyzers[0].url, config.custom_analyzers[0].port) == ("localhost", 8085)
    assert config.document["future_key"] == {"kept": True}


def test_keys_are_read_in_any_case(tmp_path: Path) -> None:
    config = load(tmp_path, "AI:\n  DefaultProvider: Mine\n  PROVIDERS: [{NAME: Mine, BaseURL: 'http://h'}]\nActive_Filters: Pod,Node\n")
    assert config.ai.default_provider == "Mine"
    assert config.ai.provider("Mine") == config.ai.providers[0]
    assert config.ai.providers[0].baseurl == "http://h"
    assert config.active_filters == ("Pod", "Node")


@pytest.mark.parametrize("text", ["", "---\n", "# nothing\n", "ai:\n", "ai:\n  providers:\nactive_filters:\ncache:\n", "null\n"])
def test_an_empty_file_is_the_default(tmp_path: Path, text: str | bytes) -> None:
    config = load(tmp_path, text)
    assert (config.ai.providers, config.active_filters, config.ai.default_provider) == ((), (), "")


def test_an_absent_file_is_the_default_and_tells_its_place(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    config = load_config(None, environment)
    assert config == Config(path=str(tmp_path / "k8sgpt" / "k8sgpt.yaml"))
    assert str(config_path(environment)) == config.path


def test_an_asked_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no config file .*nowhere\.yaml"):
        load_config(tmp_path / "nowhere.yaml", {})


def test_the_legacy_file_is_read_only_when_the_new_one_is_absent(tmp_path: Path) -> None:
    (tmp_path / ".k8sgpt.yaml").write_text("active_filters: [Node]\n")
    assert load_config(None, {"XDG_CONFIG_HOME": str(tmp_path / "none"), "HOME": str(tmp_path)}).active_filters == ("Node",)
    assert load(tmp_path, "active_filters: [Pod]\n").active_filters == ("Pod",)
    assert load(tmp_path, "").active_filters == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ai: [", "no valid YAML"),
        ("just words", "the document must be a mapping"),
        ("- a\n- b\n", "the document must be a mapping"),
        ("ai: yes please", "ai must be a mapping"),
        ("ai: {providers: {name: openai}}", r"ai\.providers must be a list"),
        ("ai: {providers: [openai]}", r"ai\.providers\[0\] must be a mapping"),
        ("ai: {providers: [{model: x}]}", r"ai\.providers\[0\]\.name"),
        ("ai: {providers: [{name: a, temperature: hot}]}", r"ai\.providers\[0\]\.temperature must be a number"),
        ("ai: {providers: [{name: a, temperature: .nan}]}", "temperature must be a number"),
        ("ai: {providers: [{name: a, maxtokens: 1.5}]}", "maxtokens must be a whole number"),
        ("ai: {providers: [{name: a, model: {x: 1}}]}", "model must be text"),
        ("ai: {providers: [{name: a, customheaders: [x]}]}", "customheaders must be a list of mappings"),
        ("active_filters: {Pod: true}", "active_filters must be a list of texts"),
        ("!!python/object/apply:os.system ['true']", "no valid YAML"),
        (b"a: \x00", "no valid YAML"),
        (b"a: \x80\n", "no valid YAML"),
    ],
)
def test_an_invalid_file_is_one_sentence_and_never_an_empty_config(tmp_path: Path, text: str | bytes, named: str) -> None:
    with pytest.raises(ConfigError, match=named) as caught:
        load(tmp_path, text)
    assert "k8sgpt.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "k8sgpt" / "k8sgpt.yaml").mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot read the config file"):
        load_config(None, {"XDG_CONFIG_HOME": str(tmp_path)})


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="larger than"):
        load(tmp_path, b"#" * (4 * 1024 * 1024 + 1))


def test_errors_do_not_quote_what_may_be_a_secret(tmp_path: Path) -> None:
    for text in ("ai: {providers: [{name: a, temperature: hunter2}]}", "ai:\n  providers:\n  - password: hunter2: x: [\n"):
        with pytest.raises(ConfigError) as caught:
            load(tmp_path, text)
        assert "hunter2" not in str(caught.value)


def test_nothing_that_is_printed_shows_a_secret(tmp_path: Path) -> None:
    config = load(tmp_path, WHOLE)
    shown = " ".join([repr(config), str(config), f"{config.ai}", repr(config.ai.providers[0]), str(config.ai.providers[0].customheaders)])
    for secret in ("sk-very-secret", "topsecret", "hidden"):
        assert secret not in shown


def test_a_secret_is_shown_by_reveal_alone() -> None:
    secret = SecretText("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hunter2"
    assert secret
    assert not SecretText()
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_the_environment_overrides(tmp_path: Path) -> None:
    environment = at(tmp_path, WHOLE) | {
        "K8SGPT_ACTIVE_FILTERS": "Node  Ingress",
        "K8SGPT_AI_DEFAULTPROVIDER": "openai",
        "K8SGPT_MODEL": "no",
    }
    config = load_config(None, environment)
    assert config.active_filters == ("Node", "Ingress")
    assert config.ai.default_provider == "openai"
    assert [provider.model for provider in config.ai.providers] == ["gpt-4o", "7"]


def test_the_environment_makes_a_provider_where_the_file_has_none(tmp_path: Path) -> None:
    environment = {
        "XDG_CONFIG_HOME": str(tmp_path),
        "K8SGPT_BACKEND": "localai",
        "K8SGPT_MODEL": "m",
        "K8SGPT_BASEURL": "http://localhost:1/v1",
        "K8SGPT_TEMPERATURE": "0.1",
        "K8SGPT_CUSTOM_HEADERS": "X-A:1, X-B: 2",
    }
    (provider,) = load_config(None, environment).ai.providers
    assert (provider.name, provider.model, provider.baseurl, provider.temperature) == ("localai", "m", "http://localhost:1/v1", 0.1)
    assert [(name, value.reveal()) for name, value in provider.customheaders] == [("X-A", "1"), ("X-B", "2")]
    with pytest.raises(ConfigError, match=r"the environment: K8SGPT_\*\.temperature must be a number"):
        load_config(None, environment | {"K8SGPT_TEMPERATURE": "warm"})


def test_a_relative_xdg_path_is_ignored_as_its_specification_says() -> None:
    assert config_path({"XDG_CONFIG_HOME": "relative"}).is_absolute()
