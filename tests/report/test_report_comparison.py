"""Comparisons and verifications for people."""

import pytest

from kubedx.errors import UsageError
from kubedx.findings import Comparison, Severity, Standing, Summary, Unclear, Verification
from kubedx.kube import Ref
from kubedx.report import COMPARISON_FORMATS, VERIFICATION_FORMATS, Style, render_comparison, render_verification

STYLE = Style("0.1.0")


def summary(title: str, number: int = 1) -> Summary:
    return Summary(
        id=f"{number:016x}",
        severity=Severity.ERROR,
        title=title,
        code="secret-absent",
        subject=Ref("apps/v1", "Deployment", "shop", "cart"),
    )


def comparison(title: str = "cart is broken", count: int = 1) -> Comparison:
    many = tuple(summary(title, number) for number in range(count))
    return Comparison(
        old="monday.json", new="tuesday.json", appeared=many, persisting=many, resolved=many, unclear=(Unclear(incident=many[0], reason="no rights"),),
        worse=frozenset({many[0].id}),
    )  # fmt: skip


def test_markdown_tells_every_list() -> None:
    text = render_comparison(comparison(), "markdown", STYLE)

    assert text.startswith("## 1 new, 1 persisting, 1 resolved, 1 unclear\n\nFrom monday.json to tuesday.json.\n\n### New\n\n")
    assert "- **error**, worse than before: cart is broken (`00000000`)" in text
    assert "- **error**: cart is broken (`00000000`) (no rights)" in text
    assert text.endswith("\n")


def test_markdown_is_bounded_and_nothing_in_it_becomes_markup() -> None:
    text = render_comparison(comparison("<script>@all [x](http://y) \x1b[31m\n# z", 500), "markdown", STYLE)

    assert "- and 400 more; `-o json` tells all" in text
    assert "<script>" not in text
    assert "\x1b" not in text
    assert "\n# z" not in text


def verification(standing: Standing, **more: object) -> Verification:
    return Verification(id="a1", title="cart is broken", standing=standing, **more)  # type: ignore[arg-type]  # fields of any type


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (verification(Standing.RESOLVED), "resolved: cart is broken\n"),
        (verification(Standing.RESOLVED, seconds=0), "resolved: cart is broken\n"),
        (verification(Standing.RESOLVED, seconds=75), "resolved after 1m15s: cart is broken\n"),
        (verification(Standing.PERSISTS, seconds=5, incident=summary("cart is worse")), "persists after 5s: cart is worse\n"),
        (
            verification(Standing.AFTERMATH, left=("a", "b", "c", "d")),
            "the cause is gone, but not what followed from it: a; b; c; and 1 more\n",
        ),
        (verification(Standing.UNCLEAR, reason="no rights"), "whether it is resolved cannot be judged: no rights\n"),
    ],
)
def test_a_verification_is_one_sentence(told: Verification, sentence: str) -> None:
    assert render_verification(told, "text") == sentence


def test_formats_that_are_none() -> None:
    for name in ("html", "", "TEXT"):
        with pytest.raises(UsageError, match="--output is one of text, json, yaml, markdown"):
            render_comparison(comparison(), name, STYLE)
        with pytest.raises(UsageError, match="--output is one of text, json, yaml"):
            render_verification(verification(Standing.RESOLVED), name)
    assert all(render_comparison(comparison(), name, STYLE).endswith("\n") for name in COMPARISON_FORMATS)
    assert all(render_verification(verification(Standing.RESOLVED), name).endswith("\n") for name in VERIFICATION_FORMATS)
