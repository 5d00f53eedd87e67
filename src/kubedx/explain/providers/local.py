"""`local`: a GGUF file on this machine, run by llama.cpp inside this process (package xllamacpp). Nothing leaves."""

import asyncio
import os
import secrets
import threading
from pathlib import Path
from typing import Any

from kubedx.config import ProviderSettings, SecretText
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.ai_model import sampling
from kubedx.explain.providers.contract import Answer, OnText, Usage
from kubedx.explain.providers.endpoint import need
from kubedx.explain.providers.failures import Sentences
from kubedx.explain.providers.wire import Link

CONTEXT = 8192
"""Tokens of prompt and answer together."""


def connect(settings: ProviderSettings, _key: SecretText, link: Link) -> "LocalProvider":
    """The file that `model` names, which is loaded with the first question. Raises ProviderNotConfigured and ImportError."""
    import xllamacpp  # noqa: F401  # so that it is missed at once

    need(settings, model=settings.model)
    file = Path(settings.model).expanduser()
    try:
        with file.open("rb") as stream:
            is_gguf = stream.read(4) == b"GGUF"
    except OSError as error:
        raise ProviderNotConfigured(f"the model {file} of the backend local cannot be read: {error.strerror or error}") from error
    if not is_gguf:
        raise ProviderNotConfigured(f"the model {file} of the backend local is no GGUF file; name one that is")
    return LocalProvider(settings, file, link.timeout)


class LocalProvider:
    """llama.cpp with one model, which answers one question at a time."""

    backend = "local"
    address = ""

    def __init__(self, settings: ProviderSettings, file: Path, timeout: float) -> None:
        self._file, self._timeout = file, timeout
        names = {"max_tokens": "max_tokens", "temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "stop_sequences": "stop"}
        self._wanted = {names[name]: value for name, value in sampling(settings).items()}
        self._server: Any = None
        self._alone = threading.Lock()
        self._sentences = Sentences(self.backend, file.name, "")

    @property
    def model(self) -> str:
        """The name of the file."""
        return self._file.name

    async def answer(self, prompt: Prompt, on_text: OnText | None = None) -> Answer:
        """The model's answer. Raises ProviderFailed."""
        loop = asyncio.get_running_loop()
        stopped = threading.Event()

        def tell(piece: str) -> None:
            if on_text is not None:
                loop.call_soon_threadsafe(on_text, piece)

        try:
            async with asyncio.timeout(self._timeout):
                answer = await asyncio.to_thread(self._run, prompt, tell, stopped)
        except TimeoutError as error:
            raise self._sentences.timed_out(self._timeout) from error
        except (RuntimeError, ValueError, KeyError, TypeError) as error:
            raise self._sentences.not_understood(str(error)) from error
        finally:
            stopped.set()
        if not answer.text.strip():
            raise self._sentences.empty()
        return answer

    async def close(self) -> None:
        """Give back the memory."""
        self._server = None

    def _run(self, prompt: Prompt, tell: OnText, stopped: threading.Event) -> Answer:
        with self._alone:
            if stopped.is_set():
                return Answer("")
            if self._server is None:
                self._server = _load(self._file)
            messages = [{"role": "system", "content": str(prompt.system)}, {"role": "user", "content": str(prompt.user)}]
            heard = _Heard(tell, stopped)
            body = {"messages": messages, "stream": True, "stream_options": {"include_usage": True}, **self._wanted}
            if prompt.schema is not None:
                body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": prompt.schema}}
            self._server.handle_chat_completions(body, heard)
        return heard.answer()


class _Heard:
    """Collects the chunks of a stream; true stops it."""

    def __init__(self, tell: OnText, stopped: threading.Event) -> None:
        self._tell, self._stopped = tell, stopped
        self._texts: list[str] = []
        self._usage: Usage | None = None
        self._failed = ""

    def __call__(self, chunk: Any) -> bool:
        for one in chunk if isinstance(chunk, list) else [chunk]:
            if "error" in one:
                self._failed = str(one["error"].get("message", "it failed") if isinstance(one["error"], dict) else one["error"])
                return True
            for choice in one.get("choices") or ():
                piece = choice.get("delta", {}).get("content")
                if piece:
                    self._texts.append(piece)
                    self._tell(piece)
            used = one.get("usage")
            if used:
                self._usage = Usage(int(used.get("prompt_tokens") or 0), int(used.get("completion_tokens") or 0))
        return self._stopped.is_set()

    def answer(self) -> Answer:
        if self._failed:
            raise RuntimeError(self._failed)
        return Answer("".join(self._texts), self._usage)


def _load(file: Path) -> Any:
    """llama.cpp with the model. It opens a port of this machine beside, so it is given a key that nobody knows."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.n_ctx, parameters.n_parallel, parameters.warmup, parameters.port = CONTEXT, 1, False, 0
    parameters.cpuparams.n_threads = max(1, (os.cpu_count() or 2) // 2)  # more wait for each other on a busy machine
    parameters.api_keys = [secrets.token_hex(16)]
    parameters.verbosity = 0
    return xllamacpp.Server(parameters)
