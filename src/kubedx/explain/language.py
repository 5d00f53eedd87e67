"""The language of an explanation. Any is allowed for a model; the playbook speaks English and Chinese."""

DEFAULT_LANGUAGE = "english"

_CHINESE = frozenset(
    {"chinese", "zh", "cn", "mandarin", "中文", "汉语", "漢語", "简体中文", "简体", "simplified chinese", "chinese simplified"}
)


def is_chinese(language: str) -> bool:
    """Whether a language that a user named is (simplified) Chinese: `chinese`, `zh`, `zh-CN`, `zh_Hans`, 中文 …"""
    word = " ".join(language.strip().lower().replace("_", "-").replace("(", " ").replace(")", " ").split())
    return word in _CHINESE or word.split("-")[0] == "zh"


def language_name(language: str) -> str:
    """The language as a prompt names it."""
    if is_chinese(language):
        return "Simplified Chinese (简体中文)"
    return " ".join(language.split()) or DEFAULT_LANGUAGE
