"""`oci`: Oracle's Generative AI (https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/).

OCI's SDK tells who we are (`~/.oci/config`, OCI_CLI_CONFIG_FILE and OCI_CLI_PROFILE for another one, else the identity of the workload,
function or instance) and signs; the requests are ours.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kubedx.config import ProviderSettings, SecretText
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.clean import clean_line
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.ai_model import sampling
from kubedx.explain.providers.contract import Usage
from kubedx.explain.providers.endpoint import Endpoint, base_url, need
from kubedx.explain.providers.http_provider import Call, HttpProvider, Piece
from kubedx.explain.providers.wire import Link, custom_headers

if TYPE_CHECKING:
    import httpx2

API = "20231130"
_DEDICATED = "ocid1.generativeaiendpoint."
_BY_ID = "ocid1.generativeaimodel."


def connect(settings: ProviderSettings, _key: SecretText, link: Link) -> HttpProvider:
    """The region's API without a `baseurl`. The model is a name (`meta.llama-3.3-70b-instruct`), or an OCID, of an endpoint too."""
    from kubedx.explain.providers.identity import RequestsSigner

    need(settings, model=settings.model, compartmentid=settings.compartmentid)
    signer, own_region = _signer()
    region = settings.providerregion or own_region
    need(settings, providerregion=region or settings.baseurl)
    if not region.replace("-", "").isalnum() and not settings.baseurl:
        raise ProviderNotConfigured(f'the region "{clean_line(region, 40)}" of the backend {settings.name} is none; correct it')
    url = base_url(settings, f"https://inference.generativeai.{region}.oci.oraclecloud.com")
    models = url if settings.baseurl else f"https://generativeai.{region}.oci.oraclecloud.com"
    endpoint = Endpoint(backend=settings.name, model=settings.model, url=url)
    client = link.client(endpoint)
    client.auth = RequestsSigner(signer)
    return HttpProvider(endpoint, _Chat(endpoint, settings, models), client, link)


def _signer() -> tuple[Callable[[Any], Any], str]:
    """Who signs, and the region that it names, empty for none. Raises ProviderNotConfigured."""
    import oci

    environment = os.environ
    file = environment.get("OCI_CLI_CONFIG_FILE") or oci.config.DEFAULT_LOCATION
    try:
        if "OCI_RESOURCE_PRINCIPAL_VERSION" in environment:
            principal = oci.auth.signers.get_resource_principals_signer()
            return principal, str(principal.region)
        if not Path(file).expanduser().exists():
            principal = (
                oci.auth.signers.get_oke_workload_identity_resource_principal_signer()
                if "KUBERNETES_SERVICE_HOST" in environment
                else oci.auth.signers.InstancePrincipalsSecurityTokenSigner()
            )
            return principal, str(principal.region)
        config = oci.config.from_file(file, environment.get("OCI_CLI_PROFILE") or oci.config.DEFAULT_PROFILE)
        if config.get("security_token_file"):
            token = Path(config["security_token_file"]).expanduser().read_text(encoding="utf-8").strip()
            key = oci.signer.load_private_key_from_file(config["key_file"], config.get("pass_phrase"))
            return oci.auth.signers.SecurityTokenSigner(token, key), str(config.get("region", ""))
        oci.config.validate_config(config)
        signer = oci.signer.Signer(
            tenancy=config["tenancy"],
            user=config["user"],
            fingerprint=config["fingerprint"],
            private_key_file_location=config.get("key_file"),
            pass_phrase=oci.config.get_config_value_or_default(config, "pass_phrase"),
            private_key_content=config.get("key_content"),
        )
    except Exception as error:  # the SDK has a tree of errors, and raises others besides
        reason = clean_line(str(error).partition("\n")[0], 160).rstrip(".")
        raise ProviderNotConfigured(f"no credentials of OCI can be used ({reason}); check {file}, or run: oci setup config") from error
    return signer, str(config.get("region", ""))


class _Chat:
    """Cohere's models are asked in a form of their own, all others in the generic one, as in k8sgpt's pkg/ai/ocigenai.go."""

    def __init__(self, endpoint: Endpoint, settings: ProviderSettings, models: str) -> None:
        self._url, self._headers, self._model, self._models = endpoint.url, custom_headers(settings), endpoint.model, models
        self._compartment = settings.compartmentid
        self._wanted = sampling(settings)
        self._vendor = "" if endpoint.model.startswith(_BY_ID) else endpoint.model.partition(".")[0].lower()
        self._is_base = not endpoint.model.startswith(_DEDICATED)
        if endpoint.model.startswith(_DEDICATED):
            self._vendor = settings.engine.lower() or "generic"

    async def prepare(self, client: "httpx2.AsyncClient") -> None:
        """An OCID does not tell whose model it is; the service does."""
        if self._vendor:
            return
        response = await client.get(f"{self._models}/{API}/models/{quote(self._model, safe='')}", headers=self._headers)
        if not response.is_success:
            response.raise_for_status()
        try:
            self._vendor = str(response.json()["vendor"]).lower()
        except (ValueError, KeyError, TypeError):
            self._vendor = "generic"

    def call(self, prompt: Prompt, *, stream: bool) -> Call:  # noqa: ARG002  # told at once
        mode = (
            {"servingType": "ON_DEMAND", "modelId": self._model}
            if self._is_base
            else {"servingType": "DEDICATED", "endpointId": self._model}
        )
        request = self._cohere(prompt) if self._vendor == "cohere" else self._generic(prompt)
        if prompt.schema is not None:
            request["responseFormat"] = self._form(prompt.schema)
        body = {"compartmentId": self._compartment, "servingMode": mode, "chatRequest": request | {"isStream": False}}
        return Call(f"{self._url}/{API}/actions/chat", body, self._headers, has_schema=prompt.schema is not None)

    def piece(self, document: Any, *, streamed: bool) -> Piece:  # noqa: ARG002  # the protocol's form
        answer = document["chatResponse"]
        used = answer.get("usage") or {}
        usage = Usage(int(used.get("promptTokens") or 0), int(used.get("completionTokens") or 0)) if used else None
        if "choices" not in answer:
            return Piece(answer["text"] or "", usage)
        parts = answer["choices"][0]["message"].get("content") or ()
        return Piece("".join(part["text"] for part in parts if part.get("type") == "TEXT"), usage)

    def _generic(self, prompt: Prompt) -> dict[str, Any]:
        system, user = ([{"type": "TEXT", "text": str(text)}] for text in (prompt.system, prompt.user))
        messages = [{"role": "SYSTEM", "content": system}, {"role": "USER", "content": user}]
        return {"apiFormat": "GENERIC", "messages": messages, **self._named("stop")}

    def _cohere(self, prompt: Prompt) -> dict[str, Any]:
        return {"apiFormat": "COHERE", "message": str(prompt.user), "preambleOverride": str(prompt.system), **self._named("stopSequences")}

    def _form(self, schema: dict[str, object]) -> dict[str, Any]:
        if self._vendor == "cohere":
            return {"type": "JSON_OBJECT", "schema": schema}
        return {"type": "JSON_SCHEMA", "jsonSchema": {"name": "answer", "schema": schema, "isStrict": True}}

    def _named(self, stop: str) -> dict[str, Any]:
        names = {"max_tokens": "maxTokens", "temperature": "temperature", "top_p": "topP", "top_k": "topK", "stop_sequences": stop}
        return {names[name]: value for name, value in self._wanted.items()}
