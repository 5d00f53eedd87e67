import pytest

from kubedx.explain import ExplainSettings


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("https://api.openai.com/v1", True),
        ("http://10.0.0.5:8080/v1", True),
        ("http://model.shop.svc:80", True),
        ("http://localhost.evil.example/v1", True),
        ("http://localhost:11434/v1", False),
        ("http://127.0.0.7:1/v1", False),
        ("http://[::1]:1/v1", False),
        ("http://llm.localhost/v1", False),
        ("", False),
    ],
)
def test_names_are_masked_for_every_model_but_one_on_this_machine(address: str, masked: bool) -> None:
    assert ExplainSettings().masks_names_for(address) is masked
    assert ExplainSettings(anonymize=True).masks_names_for(address)
    assert not ExplainSettings(anonymize=False).masks_names_for(address)
