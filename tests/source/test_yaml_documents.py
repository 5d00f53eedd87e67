"""YAML as the Kubernetes tools read it, and YAML that means harm."""

import json
from typing import Any

import pytest
import yaml

from kubedx.source import YamlError, parse_yaml, yaml_documents
from kubedx.source.yaml_documents import MAX_DEPTH, YamlDocument, documents


def value(text: str) -> Any:
    (found,) = parse_yaml(text)
    return found


class TestScalars:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("true", True),
            ("False", False),
            ("yes", True),
            ("off", False),
            ("'true'", "true"),
            ("~", None),
            ("null", None),
            ("", None),
            ("''", ""),
            ("7", 7),
            ("-7", -7),
            ("+7", 7),
            ("1_000", 1000),
            ("0x1F", 31),
            ("0b101", 5),
            ("0644", 420),
            ("0o644", 420),
            ("0", 0),
            ("1.5", 1.5),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("8080:80", "8080:80"),
            ("1:30:00", "1:30:00"),
            ("2026-01-02", "2026-01-02"),
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
            ("=", "="),
            ("100m", "100m"),
            ("1.2.3", "1.2.3"),
            ("v1", "v1"),
            ("-", [None]),
            (".", "."),
            ("+", "+"),
            ("._-", "._-"),
            ("0x", "0x"),
            ("0b", "0b"),
            ("__1", "__1"),
            (".inf", ".inf"),
            (".nan", ".nan"),
            ("9" * 30, "9" * 30),
            ("9" * 5000, "9" * 5000),
            ("!!str 7", "7"),
            ("!custom text", "text"),
            ("!!python/object/apply:os.system ['true']", ["true"]),
            ("|\n line one\n line two\n", "line one\nline two\n"),
            (">\n folded\n text\n", "folded text\n"),
        ],
    )
    def test_value(self, text: str, expected: object) -> None:
        found = value(f"a: {text}" if not text.startswith("-\n") else text)["a"] if text != "-" else value("-")
        assert found == expected
        assert type(found) is type(expected)

    def test_keys_are_text(self) -> None:
        assert value("{1: a, true: b, 2026-01-01: c, ~: d}") == {"1": "a", "true": "b", "2026-01-01": "c", "~": "d"}

    def test_what_kubectl_would_print_comes_back(self) -> None:
        odd = [
            "yes",
            "no",
            "null",
            "~",
            "1",
            "1.0",
            "1e3",
            "0x1",
            "0o7",
            "010",
            "1:30",
            "2026-01-01",
            "=",
            "",
            " ",
            "true",
            "-",
            "a: b",
            "#c",
            "ä",
        ]
        text = yaml.safe_dump({"args": odd}, allow_unicode=True)
        # PyYAML leaves bare what Go quotes: numbers without a dot before the exponent, and those with a letter for their base.
        text = text.replace("- 1e3", "- '1e3'").replace("- 0o7", "- '0o7'")
        assert value(text) == {"args": odd}


class TestStructure:
    def test_the_last_of_a_repeated_key_counts(self) -> None:
        assert value("a: 1\nb: 2\na: 3\n") == {"a": 3, "b": 2}

    def test_aliases_and_merges(self) -> None:
        text = "base: &base {a: 1, b: 2}\nsame: *base\nmore: {<<: *base, b: 3}\nmany: {<<: [*base, {c: 4}]}\nname: &n x\n*n : 5\n"
        found = value(text)
        assert found["same"] == {"a": 1, "b": 2}
        assert found["more"] == {"a": 1, "b": 3}
        assert found["many"] == {"a": 1, "b": 2, "c": 4}
        assert found["x"] == 5

    def test_documents(self) -> None:
        assert parse_yaml("%YAML 1.1\n---\na: 1\n...\n---\n# only words\n---\n- 2\n--- 3\n") == [{"a": 1}, [2], 3]

    def test_a_mark_within_a_line_ends_nothing(self) -> None:
        assert value("a: |\n  ---\n  b\nc: x---y\n") == {"a": "---\nb\n", "c": "x---y"}

    def test_items_come_apart(self) -> None:
        (found,) = documents(b"kind: List\nitems:\n- {a: 1}\n- b\napiVersion: v1\n")
        assert isinstance(found, YamlDocument)
        assert found.value == {"kind": "List", "apiVersion": "v1"}
        assert found.items is not None
        assert [json.loads(item) for item in found.items] == [{"a": 1}, "b"]
        assert value("items: [1, {a: b}]") == {"items": [1, {"a": "b"}]}

    def test_without_libyaml(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(yaml_documents, "_Loader", yaml.SafeLoader)
        assert value("a: [1, yes, &x {b: ~}, *x]") == {"a": [1, True, {"b": None}, {"b": None}]}
        with pytest.raises(YamlError):
            parse_yaml("[" * 3000)


class TestErrors:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("a: 1\nb: [1, 2\nc: 3\n", "line 3, column "),
            ("a: 1\n\tb: 2\n", "line 2, column 1: "),
            ("a: 'x\n", "line 2, column 1: "),
            ("ok: 1\n---\nx: 1\n- y\n", "line 4, column 1: "),
            ("a: *gone\n", "line 1, column 4: alias 'gone' stands for nothing that is complete"),
            ("a: &a [*a]\n", "line 1, column 8: alias 'a' stands for nothing"),
            ("&a {b: *a}\n", "line 1, column 8: alias 'a' stands for nothing"),
            ("? {a: b}\n: c\n", "line 1, column 3: a key that is no text"),
            ("? [a]\n: c\n", "a key that is no text"),
            ("a: \x07\n", "line 1: "),
            ("a: \x00\n", "line 1: "),
            ("a: {" * (MAX_DEPTH + 1), "nest deeper than"),
            ("[" * 100_000, "line 1, column "),
            ("- " * 20_000, "line 1, column "),
            ("{" * 100_000, "line 1, column "),
        ],
    )
    def test_place_and_reason(self, text: str, told: str) -> None:
        with pytest.raises(YamlError) as error:
            parse_yaml(text)
        assert told in str(error.value)
        assert "\n" not in str(error.value)

    def test_the_deepest_that_is_read(self) -> None:
        text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
        assert parse_yaml(text)

    def test_the_next_document_is_read(self) -> None:
        found = list(documents(b"a: [\n---\nb: 1\n"))
        assert isinstance(found[0], YamlError)
        assert isinstance(found[1], YamlDocument)

    @pytest.mark.parametrize("form", ["[{}]", "{{k: [{}]}}", "{{<<: [{}], k: [{}]}}"])
    def test_a_billion_laughs(self, form: str) -> None:
        lines = ["a0: &a0 {k: [lol, lol, lol, lol, lol, lol, lol, lol, lol]}"]
        for number in range(1, 12):
            nine = ", ".join([f"*a{number - 1}"] * 9)
            lines.append(f"a{number}: &a{number} {form.format(nine, nine)}")
        with pytest.raises(YamlError, match="aliases repeat more than"):
            parse_yaml("\n".join(lines))

    def test_a_long_text_many_times(self) -> None:
        text = f"a: &a {'x' * 640_000}\nb: [{', '.join(['*a'] * 200)}]\n"
        with pytest.raises(YamlError, match="aliases repeat more than"):
            parse_yaml(text)

    def test_many_documents_are_no_burden(self) -> None:
        assert len(parse_yaml("---\na: 1\n" * 3000)) == 3000
