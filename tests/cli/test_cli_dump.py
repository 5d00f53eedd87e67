"""`dump` and `generate`, as k8sgpt's users know them."""

import json
import subprocess
from pathlib import Path

from cli.conftest import Run, command


def test_a_dump_has_k8sgpts_keys_and_no_secret(environment: dict[str, str], tmp_path: Path) -> None:
    settings = tmp_path / "k8sgpt.yaml"
    settings.write_text(
        "ai:\n  defaultprovider: openai\n  providers:\n  - {name: openai, model: m, password: sk-secret, "
        "baseurl: 'https://me:pw@example.com/v1?k=pw', customheaders: [{X-Key: [pw]}]}\n"
    )
    folder = tmp_path / "here"
    folder.mkdir()
    done = subprocess.run(
        [*command("k8sgpt"), "dump", "--config", str(settings)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "")
    files = list(folder.iterdir())
    assert [file.name[:5] for file in files] == ["dump_"]
    text = files[0].read_text()
    assert "sk-secret" not in text
    assert "pw" not in text
    document = json.loads(text)
    assert set(document) == {"AIConfiguration", "ActiveFilters", "KubenetesServerVersion", "K8sGPTInfo"}
    assert document["AIConfiguration"]["DefaultProvider"] == "openai"
    provider = document["AIConfiguration"]["Providers"][0]
    assert (provider["Password"], provider["BaseURL"]) == ("***", "https://example.com/v1")


def test_a_folder_that_cannot_be_written_is_one_sentence(environment: dict[str, str]) -> None:
    done = subprocess.run([*command(), "dump"], env=environment, cwd="/proc", capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "could not be written" in done.stderr


def test_generate_names_the_page_of_the_vendor(run: Run) -> None:
    done = run("generate", "--backend", "groq")
    assert done.returncode == 0
    assert "https://console.groq.com/keys" in done.stdout
    assert run("generate", "-b", "ollama").returncode == 2
