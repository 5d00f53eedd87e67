"""The schema of the answer goes in the form that each vendor's API has for it; who refuses it is asked again without."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from explain.chat_server import ChatServer, Reply, Request, completion, failure
from explain.incidents import Cluster, incident
from explain.test_explain_provider_wire import MODEL, STREAMING, VENDORS, Vendor, ask, asked, aws_event, aws_stream, needs, vendors
from explain.vendors import VendorServer, document
from kubedx.config import AISettings, Config, ProviderSettings, SecretText
from kubedx.errors import ProviderFailed
from kubedx.explain import ANSWER_SCHEMA, Explained, Explainer, ExplainSettings, Limits, PromptForm, SchemaRefused, build_prompt
from kubedx.redact import Redactor

__all__ = ["vendors"]  # the fixture

pytestmark = pytest.mark.usefixtures("calls_allowed")

GOOD = json.dumps({"summary": "The secret is missing.", "cause": "", "steps": ["Create it."], "commands": [], "citations": ["e1"]})


def openai_form(body: Any) -> Any:
    """https://platform.openai.com/docs/guides/structured-outputs; Groq, Ollama, LiteLLM and the others take the same."""
    form = body["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    return form["json_schema"]["schema"]


def google_form(body: Any) -> Any:
    """https://ai.google.dev/gemini-api/docs/structured-output"""
    assert body["generationConfig"]["responseMimeType"] == "application/json"
    return {name: value for name, value in body["generationConfig"]["responseJsonSchema"].items() if name != "title"}


def anthropic_form(body: Any) -> Any:
    """https://docs.claude.com/en/docs/build-with-claude/structured-outputs"""
    form = body["output_config"]["format"]
    assert form["type"] == "json_schema"
    return form["schema"]


def converse_form(body: Any) -> Any:
    """https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_OutputConfig.html: the schema is text."""
    form = body["outputConfig"]["textFormat"]
    assert form["type"] == "json_schema"
    return json.loads(form["structure"]["jsonSchema"]["schema"])


def cohere_form(body: Any) -> Any:
    """https://docs.cohere.com/reference/chat, JsonResponseFormatV2"""
    assert body["response_format"]["type"] == "json_object"
    return body["response_format"]["json_schema"]


def oci_form(body: Any) -> Any:
    """https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/JsonSchemaResponseFormat"""
    form = body["chatRequest"]["responseFormat"]
    assert (form["type"], form["jsonSchema"]["isStrict"]) == ("JSON_SCHEMA", True)
    return form["jsonSchema"]["schema"]


FORMS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(
        ("openai", "localai", "ollama", "litellm", "groq", "huggingface", "bedrockmantle", "azureopenai", "ibmwatsonxai"), openai_form
    ),
    **dict.fromkeys(("google", "googlevertexai"), google_form),
    **dict.fromkeys(("amazonbedrock", "amazonbedrockconverse"), converse_form),
    "anthropic": anthropic_form,
    "cohere": cohere_form,
    "oci": oci_form,
}
FORMED = tuple(vendor for vendor in VENDORS if vendor.name in FORMS)
every_form = pytest.mark.parametrize("vendor", FORMED, ids=lambda vendor: vendor.name)


def model_of(vendor: Vendor) -> str:
    """Of Anthropic's models the recent ones alone take a schema."""
    return "claude-sonnet-4-6" if vendor.name == "anthropic" else MODEL


@every_form
def test_the_schema_goes_in_the_vendors_own_form(vendor: Vendor, vendors: VendorServer) -> None:
    needs(vendor)
    vendors.replies(document(vendor.good))
    answer, _ = ask(vendor.of(vendors, model=model_of(vendor)))
    assert answer.text == "all is well"
    (request,) = asked(vendors)
    assert FORMS[vendor.name](request.body) == ANSWER_SCHEMA


@every_form
def test_it_goes_with_a_stream_too(vendor: Vendor, vendors: VendorServer) -> None:
    needs(vendor)
    if vendor not in STREAMING:
        pytest.skip("its protocol does not stream")
    vendors.replies(vendor.streamed or Reply())
    answer, pieces = ask(vendor.of(vendors, model=model_of(vendor)), stream=True)
    assert (answer.text, pieces) == ("all is well", ["all is", " well"])
    assert FORMS[vendor.name](asked(vendors)[0].body) == ANSWER_SCHEMA


@pytest.mark.parametrize("status", [400, 422])
@every_form
def test_a_refusal_may_be_the_schemas(vendor: Vendor, vendors: VendorServer, status: int) -> None:
    needs(vendor)
    vendors.replies(document(vendor.error(status, "response_format is not supported"), status))
    with pytest.raises(SchemaRefused, match="response_format is not supported"):
        ask(vendor.of(vendors, model=model_of(vendor)))


@pytest.mark.parametrize("name", ["customrest", "amazonsagemaker", "anthropic"])
def test_who_has_no_form_for_it_gets_none_and_its_refusal_is_no_such(name: str, vendors: VendorServer) -> None:
    vendor = next(vendor for vendor in VENDORS if vendor.name == name)
    needs(vendor)
    vendors.replies(document(vendor.error(400, "it is our fault"), 400))
    with pytest.raises(ProviderFailed) as caught:
        ask(vendor.of(vendors))
    assert type(caught.value) is ProviderFailed
    assert "additionalProperties" not in json.dumps(asked(vendors)[0].body)


def test_a_stream_of_amazon_that_begins_with_a_refusal(vendors: VendorServer) -> None:
    bedrock = next(vendor for vendor in VENDORS if vendor.name == "amazonbedrock")
    vendors.replies(aws_stream(aws_event("validationException", {"message": "no outputConfig here"}, "exception")))
    with pytest.raises(SchemaRefused, match="no outputConfig here"):
        ask(bedrock.of(vendors), stream=True)


def test_models_of_cohere_at_oracle_have_their_own_form(vendors: VendorServer) -> None:
    oci = next(vendor for vendor in VENDORS if vendor.name == "oci")
    needs(oci)
    vendors.replies(document({"chatResponse": {"apiFormat": "COHERE", "text": "all is well"}}))
    ask(oci.of(vendors, model="cohere.command-a-03-2025"))
    assert asked(vendors)[0].body["chatRequest"]["responseFormat"] == {"type": "JSON_OBJECT", "schema": ANSWER_SCHEMA}


# What the fallback does to a run.


def explain(server: ChatServer, count: int, **changes: Any) -> tuple[Explained, Explainer]:
    provider = ProviderSettings(name="openai", model="gpt-x", password=SecretText("k"), baseurl=server.url)
    explainer = Explainer(ExplainSettings(timeout=20.0, **changes), Config(ai=AISettings("openai", (provider,))))
    return explainer.explain([incident(rank=rank) for rank in range(1, count + 1)], Cluster()), explainer


def takes_no_schema(request: Request) -> Reply:
    return failure(400, "unknown field response_format") if "response_format" in request.body else completion(GOOD)


def test_who_refuses_is_asked_again_without_and_that_is_one_call(server: ChatServer) -> None:
    server.answer = takes_no_schema
    told, explainer = explain(server, 3, parallel=1, run_limits=Limits(calls=3))
    assert [one.explanations[0].summary for one in told.incidents] == ["The secret is missing."] * 3
    assert told.warnings == ()
    assert ["response_format" in request.body for request in server.requests] == [True, False, False, False]
    assert explainer.budget.spent.calls == 3
    assert explainer.budget.spent.tokens == 3 * 2


def test_several_that_are_refused_at_once_do_not_use_up_the_budget(server: ChatServer) -> None:
    server.answer = takes_no_schema
    told, explainer = explain(server, 4, parallel=4, run_limits=Limits(calls=4))
    assert [one.explanations[0].source for one in told.incidents] == ["openai/gpt-x"] * 4
    assert explainer.budget.spent.calls == 4


def test_one_that_refuses_everything_is_told_as_such(server: ChatServer) -> None:
    server.replies(failure(400, "your context is too long"))
    told, _ = explain(server, 1)
    assert [one.explanations[0].source for one in told.incidents] == ["playbook"]
    assert len(told.warnings) == 1
    assert "your context is too long" in told.warnings[0]
    assert len(server.requests) == 2


def test_plain_text_is_understood_though_a_schema_was_sent(server: ChatServer) -> None:
    server.replies(completion("Error: the secret is missing.\nSolution: 1. Create it, as e1 says."))
    told, _ = explain(server, 1)
    assert told.incidents[0].explanations[0].summary == "the secret is missing."
    assert told.incidents[0].explanations[0].steps == ("Create it, as e1 says.",)


def test_small_models_are_asked_for_text() -> None:
    prompts = {
        form: build_prompt(incident(), Redactor(), language="english", form=form)
        for form in (PromptForm.SHORT, PromptForm.COMPACT, PromptForm.FULL)
    }
    assert {form: prompt.schema is not None for form, prompt in prompts.items()} == {
        PromptForm.SHORT: False,
        PromptForm.COMPACT: True,
        PromptForm.FULL: True,
    }


def test_the_schema_holds_what_is_read_of_an_answer() -> None:
    assert list(ANSWER_SCHEMA["required"]) == list(ANSWER_SCHEMA["properties"])  # type: ignore[call-overload]  # JSON, typed as object
    assert set(msgspec.json.decode(GOOD)) == set(ANSWER_SCHEMA["properties"])  # type: ignore[call-overload]  # JSON, typed as object
