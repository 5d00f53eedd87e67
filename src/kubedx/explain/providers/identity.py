"""Who we are to a cloud: keys that sign or are exchanged, found by the cloud's own SDK, put on each request.

Each class is an authentication of the HTTP client. What finds or renews a key may block, and runs in a thread.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

from kubedx.config import SecretText
from kubedx.errors import ProviderFailed

if TYPE_CHECKING:
    from botocore.credentials import Credentials

Result = TypeVar("Result")
Flow = AsyncGenerator[httpx2.Request, httpx2.Response]


class IdentityError(Exception):
    """The SDK found no credentials, or could not renew them. `__cause__` says why."""


class BearerKey(httpx2.Auth):
    """A key as a bearer token."""

    def __init__(self, key: str) -> None:
        self._key = key

    async def async_auth_flow(self, request: httpx2.Request) -> Flow:
        """Adds the header."""
        request.headers["Authorization"] = f"Bearer {self._key}"
        yield request


class KeyHeader(httpx2.Auth):
    """A key in a header of its own, where there would be a bearer token."""

    def __init__(self, header: str, key: str) -> None:
        self._header, self._key = header, key

    async def async_auth_flow(self, request: httpx2.Request) -> Flow:
        """Adds the header."""
        request.headers.pop("Authorization", None)
        request.headers[self._header] = self._key
        yield request


class FetchedToken(httpx2.Auth):
    """A bearer token that an SDK fetches and renews; `without` are headers of a key that it takes the place of."""

    def __init__(self, fetch: Callable[[], str], *, without: tuple[str, ...] = ()) -> None:
        self._fetch, self._without = fetch, without

    async def async_auth_flow(self, request: httpx2.Request) -> Flow:
        """Adds the header. Raises IdentityError."""
        request.headers["Authorization"] = f"Bearer {await _in_thread(self._fetch)}"
        for name in self._without:
            request.headers.pop(name, None)
        yield request


class AwsSignature(httpx2.Auth):
    """Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html), made by botocore."""

    requires_request_body = True

    def __init__(self, credentials: "Credentials", service: str, region: str) -> None:
        self._credentials, self._service, self._region = credentials, service, region

    async def async_auth_flow(self, request: httpx2.Request) -> Flow:
        """Signs the method, URL, body and the headers that name them. Raises IdentityError."""
        headers = await _in_thread(lambda: self._headers(request))
        for name in ("Authorization", "X-Amz-Date", "X-Amz-Security-Token"):
            if name in headers:
                request.headers[name] = headers[name]
        yield request

    def _headers(self, request: httpx2.Request) -> Mapping[str, str]:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        kept = {"Content-Type": request.headers.get("content-type", "application/json"), "Host": request.headers["host"]}
        unsigned = AWSRequest(method=request.method, url=str(request.url), data=request.content, headers=kept)
        SigV4Auth(self._credentials.get_frozen_credentials(), self._service, self._region).add_auth(unsigned)
        return dict(unsigned.headers.items())


class RequestsSigner(httpx2.Auth):
    """A signer made for the package `requests`, as OCI's SDK has them."""

    requires_request_body = True

    def __init__(self, signer: Callable[[Any], Any]) -> None:
        self._signer = signer

    async def async_auth_flow(self, request: httpx2.Request) -> Flow:
        """Adds the headers that the signer makes. Raises IdentityError."""
        for name, value in (await _in_thread(lambda: self._headers(request))).items():
            request.headers[name] = value
        yield request

    def _headers(self, request: httpx2.Request) -> dict[str, str]:
        from requests import Request

        kept = {"Content-Type": request.headers.get("content-type", "application/json")}
        prepared = Request(request.method, str(request.url), data=request.content or None, headers=kept).prepare()
        self._signer(prepared)
        return {name: str(value) for name, value in prepared.headers.items() if name.lower() not in ("content-length", "content-type")}


class IbmToken(httpx2.Auth):
    """A token of IBM Cloud, which takes an API key for one that lasts an hour.

    https://cloud.ibm.com/docs/account?topic=account-iamtoken_from_apikey tells the exchange.
    """

    requires_response_body = True

    def __init__(self, key: SecretText, url: str, failed: Callable[[httpx2.Response], ProviderFailed]) -> None:
        self._key, self._url, self._failed = key, url, failed
        self._token = ""
        self._alone = asyncio.Lock()

    async def async_auth_flow(self, request: httpx2.Request) -> Flow:
        """Adds the header, with a new token when there is none or it has run out. Raises ProviderFailed."""
        async with self._alone:
            if not self._token:
                response = yield self._exchange()
                await response.aread()
                self._token = self._of(response)
        sent = self._token
        request.headers["Authorization"] = f"Bearer {sent}"
        response = yield request
        if response.status_code == 401 and self._token == sent:
            self._token = ""

    def _exchange(self) -> httpx2.Request:
        form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": self._key.reveal().strip()}
        return httpx2.Request("POST", self._url, data=form, headers={"Accept": "application/json"})

    def _of(self, response: httpx2.Response) -> str:
        try:
            token = response.json().get("access_token") if response.status_code == 200 else None
        except (ValueError, AttributeError):
            token = None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise self._failed(response)
        return token


async def _in_thread(work: Callable[[], Result]) -> Result:
    try:
        return await asyncio.to_thread(work)
    except Exception as error:  # the SDKs have a tree of errors each
        raise IdentityError from error
