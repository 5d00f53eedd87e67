"""What the command `k8sgpt` prints."""

import json

import msgspec

from kubedx.findings import Coverage, Diagnosis, Skip
from kubedx.kube import ClusterInfo, Gap, GapReason, Origin
from kubedx.report import Style, render


def test_results_numbered_from_zero_with_warnings_before_them(outage: Diagnosis) -> None:
    text = render(outage, "k8sgpt-text", Style("0"))
    assert text == (
        "AI Provider: AI not used; --explain not set\n"
        "\nWarnings : \n"
        '- filter "Podd" is not known; did you mean "Pod"?\n'
        "- secrets is forbidden\n"
        "- nodes is forbidden\n"
        "- no answer\n"
        "- [pod-odd] Pod shop/cart-6d5f9c7b8-abcde: ValueError: odd\n"
        "\n"
        "0: Pod default/demo3-7c9d6d5f4b-x2x9k(Deployment/demo3)\n"
        '- Error: Back-off pulling image "httddd"\n'
        "Error: no such image.\nSolution: set the right one.\n"
    )


def test_explain_names_the_provider(outage: Diagnosis) -> None:
    assert render(outage, "k8sgpt-text", Style("0", explain=True)).startswith("AI Provider: localai\n")


def test_documentation_stands_below_its_error(outage: Diagnosis) -> None:
    result = outage.results[0]
    documented = msgspec.structs.replace(result, error=(msgspec.structs.replace(result.error[0], kubernetes_doc="The image."),))
    text = render(msgspec.structs.replace(outage, results=(documented,)), "k8sgpt-text", Style("0"))
    assert '- Error: Back-off pulling image "httddd"\n  Kubernetes Doc: The image.\n' in text


def test_nothing_found(healthy: Diagnosis) -> None:
    assert render(healthy, "k8sgpt-text", Style("0")) == "AI Provider: AI not used; --explain not set\n\nNo problems detected\n"


def test_what_a_dump_does_not_hold_is_one_line(healthy: Diagnosis) -> None:
    gaps = tuple(Gap("v1", kind, "", "list", GapReason.NOT_IN_DUMP, f"no {kind}") for kind in ("Node", "Secret"))
    text = render(msgspec.structs.replace(healthy, coverage=Coverage(gaps=gaps)), "k8sgpt-text", Style("0"))
    assert "Warnings : \n- not in the dump: Node, Secret\n\nNo problems detected\n" in text


def test_who_was_asked_and_did_not_answer_is_a_warning(healthy: Diagnosis) -> None:
    dead = Skip("custom/hosts", "", "the custom analyzer at localhost:8085 did not answer", fault="What the custom analyzer hosts finds.")
    mute = msgspec.structs.replace(healthy, coverage=Coverage(skipped=(dead,)))
    warning = "[custom/hosts] the custom analyzer at localhost:8085 did not answer"
    assert f"Warnings : \n- {warning}\n" in render(mute, "k8sgpt-text", Style("0"))
    assert json.loads(render(mute, "k8sgpt-json", Style("0")))["errors"] == [warning]


def test_the_errors_of_the_json_are_the_warnings_of_the_text(outage: Diagnosis) -> None:
    text = render(outage, "k8sgpt-text", Style("0"))
    assert [f"- {error}" for error in json.loads(render(outage, "k8sgpt-json", Style("0")))["errors"]] == text.splitlines()[3:8]


def test_json_escapes_the_signs_of_html_as_go_does(healthy: Diagnosis) -> None:
    hostile = msgspec.structs.replace(healthy, cluster=ClusterInfo(Origin.DUMP, "<script>&"))
    text = render(hostile, "k8sgpt-json", Style("0"))
    assert not set("<>&") & set(text)
    assert "\\u003cscript\\u003e\\u0026" in text
    assert json.loads(text) == json.loads(render(hostile, "json", Style("0")))


def test_colours(outage: Diagnosis) -> None:
    assert "\x1b[31mError: Back-off" in render(outage, "k8sgpt-text", Style("0", colour=True))
