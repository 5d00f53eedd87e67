import os
from collections.abc import Iterator

import pytest

from explain.chat_server import ChatServer, chat_server


@pytest.fixture(autouse=True)
def _no_model_calls() -> Iterator[None]:
    """No test of this room reaches a model, but those that ask for `calls_allowed`."""
    from pydantic_ai.models import override_allow_model_requests

    with override_allow_model_requests(allow_model_requests=False):
        yield


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("OPENAI_", "K8SGPT_")) or name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def calls_allowed(_no_model_calls: None) -> Iterator[None]:
    from pydantic_ai.models import override_allow_model_requests

    with override_allow_model_requests(allow_model_requests=True):
        yield


@pytest.fixture
def server(calls_allowed: None) -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running
