"""A server that speaks OpenAI's chat completions on loopback, and answers what a test has it answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from explain.vendors import Reply, Request, vendor_server
from explain.vendors import VendorServer as ChatServer

__all__ = ["ChatServer", "Reply", "Request", "chat_server", "completion", "failure"]


def completion(text: str | None, **message: Any) -> Reply:
    """A good answer, in the shape of https://platform.openai.com/docs/api-reference/chat/object"""
    document = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return Reply(200, json.dumps(document).encode())


def failure(status: int, message: str, *headers: tuple[str, str]) -> Reply:
    """An error, in the shape of https://platform.openai.com/docs/guides/error-codes"""
    return Reply(status, json.dumps({"error": {"message": message, "type": "t", "param": None, "code": None}}).encode(), headers)


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Its `url` ends where `/chat/completions` begins."""
    with vendor_server() as server:
        server.url += "/v1"
        server.answer = lambda _request: completion("{}")
        yield server
