"""How programs of several languages write into their logs: what they do all day, and that what they call fails."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEGAN = timedelta(minutes=25)
EVERY = timedelta(seconds=20)

REFUSED, TIMEOUT, UNKNOWN, FAILS = "refused", "timeout", "unknown", "fails"


class Callee(NamedTuple):
    """What a program calls: a host as its settings name it, the address behind it, and the port."""

    host: str
    address: str
    port: int
    store: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


Stamp = Callable[[datetime, str], str]


def go(when: datetime, words: str, level: str = "error") -> str:
    """JSON of a usual logger."""
    return json.dumps({"level": level, "time": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "msg": words})


def java(when: datetime, words: str, level: str = "ERROR") -> str:
    """The console pattern of Spring Boot."""
    first, *trace = words.split("\n")
    head = f"{when:%Y-%m-%d %H:%M:%S}.204 {level:>5} 1 --- [nio-8080-exec-3] c.e.web.RequestHandler                   : {first}"
    return "\n".join([head, *trace])


def python(when: datetime, words: str, level: str = "ERROR") -> str:
    """The logging module's usual pattern."""
    return f"{when:%Y-%m-%d %H:%M:%S},204 {level} app.views {words}"


def node(when: datetime, words: str, level: str = "error") -> str:
    """Pino's JSON, in which levels are numbers and times are milliseconds."""
    number = {"info": 30, "warn": 40, "error": 50}[level.lower()]
    return json.dumps({"level": number, "time": int(when.timestamp() * 1000), "pid": 1, "msg": words})


def dotnet(when: datetime, words: str, level: str = "fail") -> str:
    """The simple console formatter, with a time."""
    return f"{when:%Y-%m-%dT%H:%M:%S} {level}: Shop.Api.RequestHandler[0]\n      " + words.replace("\n", "\n      ")


WRITERS: dict[str, Callable[..., str]] = {"go": go, "java": java, "python": python, "node": node, "dotnet": dotnet}
_CALM = {"go": "info", "java": "INFO", "python": "INFO", "node": "info", "dotnet": "info"}
_CAREFUL = {"go": "warning", "java": "WARN", "python": "WARNING", "node": "warn", "dotnet": "warn"}


def daily(language: str, port: int) -> list[str]:
    """A log of a program that is well: it started, was impatient, and serves."""
    write, calm, careful = WRITERS[language], _CALM[language], _CAREFUL[language]
    start = NOW - timedelta(hours=6)
    lines = [
        write(start, "starting, version 4.2.0", calm),
        write(start + timedelta(seconds=2), "option 'compat' is deprecated and will be removed", careful),
        write(start + timedelta(seconds=3), "not connected yet, trying again in 1s", careful),
        write(start + timedelta(seconds=5), f"listening on 0.0.0.0:{port}", calm),
    ]
    for number in range(40):
        when = NOW - timedelta(minutes=200 - 5 * number)
        lines.append(write(when, f"GET /v1/items/{number} 200 {number % 7 + 2}ms", calm))
    lines.append(write(NOW - timedelta(minutes=90), "GET /v1/items/none 404 2ms", calm))
    return lines


def repeated(language: str, words: str | Sequence[str], level: str = "") -> list[str]:
    """Lines that come again and again, up to the present."""
    texts = [words] if isinstance(words, str) else list(words)
    write = WRITERS[language]
    moments = [NOW - BEGAN + number * EVERY for number in range(int(BEGAN / EVERY))]
    return [write(when, text, level) if level else write(when, text) for when in moments for text in texts]


def complaint(language: str, callee: Callee, kind: str) -> str:
    """What a program of that language says when a call fails."""
    if callee.store and kind != FAILS:
        return _of_store(language, callee, kind)
    return _OF_CALLS[language](callee, kind)


def _go(callee: Callee, kind: str) -> str:
    return {
        REFUSED: f'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp '
        f'{callee.address}:{callee.port}: connect: connection refused"',
        TIMEOUT: f'Get "http://{callee}/v1/items": dial tcp {callee.address}:{callee.port}: i/o timeout',
        UNKNOWN: f'Post "http://{callee}/v1": dial tcp: lookup {callee.host} on 10.96.0.10:53: no such host',
        FAILS: f"http://{callee}/v1/items: unexpected status 500 Internal Server Error",
    }[kind]


def _java(callee: Callee, kind: str) -> str:
    url = f'I/O error on GET request for "http://{callee}/v1/items"'
    trace = (
        "\n\tat org.springframework.web.client.RestTemplate.doExecute(RestTemplate.java:791)\n\tat "
        "com.example.web.Client.get(Client.java:48)"
    )
    return {
        REFUSED: f"{url}: Connection refused; nested exception is java.net.ConnectException: Connection refused{trace}",
        TIMEOUT: f"{url}: Read timed out; nested exception is java.net.SocketTimeoutException: Read timed out{trace}",
        UNKNOWN: f"{url}: {callee.host}; nested exception is java.net.UnknownHostException: {callee.host}{trace}",
        FAILS: f'500 Internal Server Error on GET request for "http://{callee}/v1/items": "{{"error":"internal"}}"{trace}',
    }[kind]


def _python(callee: Callee, kind: str) -> str:
    pool = f"HTTPConnectionPool(host='{callee.host}', port={callee.port}): Max retries exceeded with url: /v1/items (Caused by "
    new = "NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f2a>: Failed to establish a new connection: "
    return {
        REFUSED: f"requests.exceptions.ConnectionError: {pool}{new}[Errno 111] Connection refused'))",
        TIMEOUT: (
            f"requests.exceptions.ReadTimeout: HTTPConnectionPool(host='{callee.host}', port={callee.port}): Read timed "
            f"out. (read timeout=5)"
        ),
        UNKNOWN: (
            f"requests.exceptions.ConnectionError: {pool}NameResolutionError(\"Failed to resolve '{callee.host}' ([Errno "
            f'-2] Name or service not known)"))'
        ),
        FAILS: f"requests.exceptions.HTTPError: 500 Server Error: Internal Server Error for url: http://{callee}/v1/items",
    }[kind]


def _node(callee: Callee, kind: str) -> str:
    return {
        REFUSED: f"connect ECONNREFUSED {callee.address}:{callee.port}",
        TIMEOUT: f"timeout of 5000ms exceeded: GET http://{callee}/v1/items",
        UNKNOWN: f"getaddrinfo ENOTFOUND {callee.host}",
        FAILS: f"Request failed with status code 500: GET http://{callee}/v1/items",
    }[kind]


def _dotnet(callee: Callee, kind: str) -> str:
    http = "System.Net.Http.HttpRequestException"
    return {
        REFUSED: f"{http}: Connection refused ({callee})\n ---> System.Net.Sockets.SocketException (111): Connection refused",
        TIMEOUT: f"System.Threading.Tasks.TaskCanceledException: The request to http://{callee}/v1 was canceled due to the configured "
        "HttpClient.Timeout of 5 seconds elapsing.\n ---> System.TimeoutException: The operation was canceled.",
        UNKNOWN: (
            f"{http}: Name or service not known ({callee})\n ---> System.Net.Sockets.SocketException (0xFFFDFFFF): Name "
            f"or service not known"
        ),
        FAILS: f"{http}: Response status code does not indicate success: 500 (Internal Server Error). GET http://{callee}/v1/items",
    }[kind]


_OF_CALLS: dict[str, Callable[[Callee, str], str]] = {"go": _go, "java": _java, "python": _python, "node": _node, "dotnet": _dotnet}


def _of_store(language: str, callee: Callee, kind: str) -> str:
    if language == "java" and callee.store == "postgres":
        return {
            REFUSED: f"org.postgresql.util.PSQLException: Connection to {callee} refused. Check that the hostname and port are correct and "
            "that the postmaster is accepting TCP/IP connections.",
            TIMEOUT: (
                f"org.postgresql.util.PSQLException: The connection attempt failed: {callee}\nCaused by: "
                f"java.net.SocketTimeoutException: Connect timed out"
            ),
            UNKNOWN: (
                f"org.postgresql.util.PSQLException: The connection attempt failed.\nCaused by: "
                f"java.net.UnknownHostException: {callee.host}"
            ),
        }[kind]
    if language == "python":
        return {
            REFUSED: f"redis.exceptions.ConnectionError: Error 111 connecting to {callee}. Connection refused.",
            TIMEOUT: f"redis.exceptions.TimeoutError: Timeout connecting to server {callee}",
            UNKNOWN: f"redis.exceptions.ConnectionError: Error -2 connecting to {callee}. Name or service not known.",
        }[kind]
    return _OF_CALLS[language](callee, kind)
