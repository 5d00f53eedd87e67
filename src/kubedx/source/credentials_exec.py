"""Credentials that a program of the user's makes: `exec` of a kubeconfig user.

The protocol is https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
(group client.authentication.k8s.io, v1 and v1beta1).
"""

import contextlib
import os
import signal
import subprocess  # the kubeconfig names this program, as it does for kubectl
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from kubedx.errors import ConfigError
from kubedx.source.access import ClientCertificate, Identity
from kubedx.source.credentials import bearer

API_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")

# A plugin that may not ask the user anything has this long; one that may waits for the user.
_QUIET_PLUGIN_SECONDS = 60.0


class ExecPlugin(msgspec.Struct, frozen=True):
    """The `exec` entry of a user. `cluster` is the `spec.cluster` to hand over, None unless the entry asks for it."""

    command: str
    api_version: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = {}
    interactive_mode: str = "IfAvailable"
    install_hint: str = ""
    cluster: Mapping[str, Any] | None = None


class _Status(msgspec.Struct, rename="camel", frozen=True):
    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None
    expiration_timestamp: datetime | None = None


class _Answer(msgspec.Struct, rename="camel", frozen=True):
    api_version: str | None = None
    kind: str | None = None
    status: _Status | None = None


_ANSWER = msgspec.json.Decoder(_Answer)


class ExecCredentials:
    """Runs the plugin when it must: at first, after the credentials expire, and after a 401."""

    def __init__(self, plugin: ExecPlugin, environ: Mapping[str, str]) -> None:
        if plugin.api_version not in API_VERSIONS:
            raise ConfigError(
                f"the exec plugin {plugin.command!r} in the kubeconfig has apiVersion {plugin.api_version!r}; "
                f"use {API_VERSIONS[0]}, which new versions of the plugin speak",
            )
        if not plugin.command:
            raise ConfigError("an exec entry in the kubeconfig names no command; add the command that makes credentials")
        self._plugin, self._environ = plugin, dict(environ)
        self._lock = threading.Lock()
        self._identity: Identity | None = None
        self._expires: datetime | None = None

    def identity(self, deadline: float | None = None) -> Identity:
        """What to send; runs the plugin when there is nothing yet or it has expired."""
        with self._lock:
            if self._identity is None or (self._expires and self._expires <= datetime.now(UTC)):
                self._identity, self._expires = self._run(deadline)
            return self._identity

    def renew(self, rejected: Identity, deadline: float | None = None) -> bool:
        """Run the plugin again, unless another thread did: whether there is something else to send now."""
        with self._lock:
            if self._identity is None or self._identity == rejected:
                self._identity, self._expires = self._run(deadline)
            return self._identity != rejected

    def describe(self) -> str:
        """What these credentials are."""
        return f"exec plugin {self._plugin.command!r}"

    def _run(self, deadline: float | None) -> tuple[Identity, datetime | None]:
        interactive = self._may_ask()
        timeout = None if interactive else _QUIET_PLUGIN_SECONDS
        if deadline is not None:
            left = max(0.1, deadline - time.monotonic())
            timeout = min(timeout, left) if timeout else left
        try:
            code, output = self._output(timeout, interactive=interactive)
        except subprocess.TimeoutExpired as error:
            raise self._failed("did not finish in time") from error
        except FileNotFoundError as error:
            raise self._failed("is not installed, or not on the PATH") from error
        except OSError as error:
            raise self._failed(f"cannot be started: {error.strerror}") from error
        if code:
            raise self._failed(f"ended with exit code {code}")
        return self._understand(output)

    def _output(self, timeout: float | None, *, interactive: bool) -> tuple[int, bytes]:
        """Its exit code, and what it prints. One that takes too long is ended with all that it started, which would keep the pipe open."""
        process = subprocess.Popen(  # noqa: S603  # no shell; the user's own kubeconfig names it
            [self._plugin.command, *self._plugin.args],
            env={**self._environ, **self._plugin.env, "KUBERNETES_EXEC_INFO": self._info(interactive)},
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # One that asks at the terminal must stay in its session.
            start_new_session=not interactive,
        )
        try:
            output, _ = process.communicate(timeout=timeout)
        except BaseException:
            _end(process, its_own_session=not interactive)
            raise
        return process.returncode, output

    def _may_ask(self) -> bool:
        mode = self._plugin.interactive_mode or "IfAvailable"
        if mode not in {"Never", "IfAvailable", "Always"}:
            raise self._failed(f"has interactiveMode {mode!r}, which is none of Never, IfAvailable and Always")
        terminal = mode != "Never" and sys.stdin is not None and sys.stdin.isatty()
        if mode == "Always" and not terminal:
            raise self._failed("asks for a terminal (interactiveMode Always) and there is none")
        return terminal

    def _info(self, interactive: bool) -> str:
        spec: dict[str, Any] = {"interactive": interactive}
        if self._plugin.cluster is not None:
            spec["cluster"] = self._plugin.cluster
        document = {"kind": "ExecCredential", "apiVersion": self._plugin.api_version, "spec": spec}
        return msgspec.json.encode(document).decode("utf-8")

    def _understand(self, output: bytes) -> tuple[Identity, datetime | None]:
        try:
            answer = _ANSWER.decode(output)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._failed("did not print an ExecCredential as JSON") from error
        if answer.kind != "ExecCredential" or answer.api_version != self._plugin.api_version:
            raise self._failed(f"printed something else than an ExecCredential of {self._plugin.api_version}")
        status = answer.status or _Status()
        certificate = None
        if status.client_certificate_data and status.client_key_data:
            certificate = ClientCertificate(status.client_certificate_data.encode(), status.client_key_data.encode())
        elif status.client_certificate_data or status.client_key_data:
            raise self._failed("printed only one of clientCertificateData and clientKeyData")
        if not status.token and not certificate:
            raise self._failed("printed neither a token nor a client certificate")
        expires = status.expiration_timestamp
        if expires and expires.tzinfo is None:
            expires = expires.replace(tzinfo=UTC)
        return Identity(bearer(status.token) if status.token else "", certificate), expires

    def _failed(self, what: str) -> ConfigError:
        hint = f"; {self._plugin.install_hint.strip()}" if self._plugin.install_hint.strip() else "; run it by hand to see why"
        return ConfigError(f"the exec plugin {self._plugin.command!r} of the kubeconfig {what}{hint}")


def _end(process: subprocess.Popen[bytes], *, its_own_session: bool) -> None:
    if its_own_session and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    if process.stdout:
        process.stdout.close()
    process.wait()
