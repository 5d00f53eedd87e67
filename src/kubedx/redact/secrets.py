"""Finding secrets in text: tokens by their shape, and whatever stands where a password stands.

Token shapes are those that their issuers document (GitHub, GitLab, AWS, Google, Slack, Stripe … prefixes, JWT of RFC 7519,
PEM of RFC 7468), as the rules of two detectors list them: https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml and
https://github.com/Yelp/detect-secrets/tree/master/detect_secrets/plugins. Every pattern is bounded, so hostile text costs linear time.

What only names a secret is kept, because a diagnosis needs it: `secret "db" not found`, `secretName: db`, `tokenTTL: 1h`.
"""

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator

from kubedx.kube import pattern_of

MASK = "[masked]"

Span = tuple[int, int]

_SHAPES = pattern_of(
    r"""
      -----BEGIN\ (?:[A-Z0-9]+\ ){0,4}PRIVATE\ KEY(?:\ BLOCK)?-----(?:(?!-----BEGIN)[\s\S]){0,20000}?(?:-----END\ [A-Z0-9 ]{0,40}-----|\Z)
    | (?<![A-Za-z0-9_-])ey[JI][A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?
    | hooks\.slack\.com/(?:services|workflows|triggers)/[\w/]{8,} | (?<![A-Za-z0-9_~.])[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}
    | (?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}== | (?<![\w./-])[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.-]) | (?<![\w.])s\.[A-Za-z0-9]{24}(?![\w.])
    | \b(?:
          (?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{12,16}\b | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{20,}
        | gl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent)-[\w.-]{18,} | xox[abeoprs]-[A-Za-z0-9-]{8,} | xapp-[A-Za-z0-9-]{8,}
        | [spr]k_(?:live|test)_[A-Za-z0-9]{10,} | whsec_[A-Za-z0-9+/=]{16,} | sk-[A-Za-z0-9_-]{16,} | gsk_[A-Za-z0-9]{20,}
        | hf_[A-Za-z0-9]{20,} | r8_[A-Za-z0-9]{20,} | AIza[A-Za-z0-9_-]{30,} | ya29\.[A-Za-z0-9_-]{10,} | GOCSPX-[A-Za-z0-9_-]{10,}
        | npm_[A-Za-z0-9]{20,} | pypi-[A-Za-z0-9_-]{16,} | dckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}
        | SG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,} | key-[0-9a-f]{32}\b | SK[0-9a-f]{32}\b | AC[0-9a-f]{32}\b
        | hv[sbr]\.[A-Za-z0-9_-]{16,} | do[opr]_v1_[0-9a-f]{16,} | AGE-SECRET-KEY-1[A-Z0-9]{20,} | dp\.pt\.[A-Za-z0-9]{20,}
        | shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,} | NRAK-[A-Z0-9]{16,} | glsa_\w{20,} | lin_api_\w{20,} | ATATT3[\w=-]{20,}
        | \d{8,10}:AA[A-Za-z0-9_-]{30,} | A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}(?:-[A-Z0-9]{5}){2,4}\b | ops_eyJ[A-Za-z0-9+/]{40,}={0,3}
        | LTAI[A-Za-z0-9]{16,24}\b | AKCp[A-Za-z0-9]{20,} | cmVmd[A-Za-z0-9]{40,} | dapi[0-9a-f]{32}\b
        | dt0[a-z]\d{2}\.[A-Za-z0-9]{20,}\.[A-Za-z0-9]{40,} | dp\.(?:ct|st(?:\.[a-z0-9_-]{1,40})?|sa|scim|audit)\.[A-Za-z0-9]{20,}
        | EAA[A-Za-z0-9]{60,} | fio-u-[\w=-]{20,} | duffel_(?:test|live)_[\w=-]{20,} | EZ[AT]K[A-Za-z0-9]{30,}
        | FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,} | glc_[A-Za-z0-9+/=]{30,} | HRKU-[\w-]{20,} | [A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}
        | ico-[A-Za-z0-9]{32}\b | lin_oauth_\w{20,} | [0-9a-f]{32}-us\d{1,2}\b | pk\.[A-Za-z0-9]{50,}\.[A-Za-z0-9]{20,}
        | NR(?:II|JS|AA|BR)-[A-Za-z0-9-]{16,} | ntn_[A-Za-z0-9]{30,} | secret_[A-Za-z0-9]{40,} | sha256~[A-Za-z0-9_-]{30,}
        | pplx-[A-Za-z0-9]{30,} | pscale_(?:tkn|pw|oauth)_[\w=.-]{20,} | PMAK-[A-Za-z0-9-]{40,} | pnu_[A-Za-z0-9]{30,}
        | pul-[0-9a-f]{40}\b | rdme_[a-z0-9]{40,} | rubygems_[0-9a-f]{40,} | tk-us-[\w-]{40,} | xkeysib-[0-9a-f]{60,}-[A-Za-z0-9]{12,}
        | sntry[su]_[A-Za-z0-9+/=_]{30,} | shippo_(?:live|test)_[0-9a-f]{30,} | sgp_[A-Za-z0-9_]{30,} | EAAA[A-Za-z0-9_+=-]{50,}
        | sq0[a-z]{3}-[\w-]{20,} | tskey-[a-z]{2,10}-[\w-]{10,} | tfp_[\w.=-]{40,} | AQVN[\w-]{30,}
        | t1\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{40,} | v1\.0-[0-9a-f]{24}-[0-9a-f]{100,} | 4b1d[A-Za-z0-9]{38}\b
        | sl\.[A-Za-z0-9_-]{60,} | (?:sdk|mob|api)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b | sbp_[0-9a-f]{32,}
        | nfp_[A-Za-z0-9]{30,} | xai-[A-Za-z0-9]{40,} | pcsk_[A-Za-z0-9_]{40,} | p8e-[A-Za-z0-9]{32}\b | AVNS_[A-Za-z0-9_-]{12,}
        | ABSK[A-Za-z0-9+/=]{40,} | [MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}\b | GR1348941[\w-]{20,}
        | key-[0-9a-zA-Z]{32}\b
        | https://(?:discord(?:app)?\.com/api/webhooks|outlook\.office\.com/webhook|[\w.-]{1,60}\.webhook\.office\.com)/[\w./@-]{20,}
      )
    """,
    re.VERBOSE,
)
_WORDS = (
    r"(?:passw(?:or)?d|passwd|passphrase|passcode|pwd|(?<=[_-])pass(?![a-z])|secret|token(?!s\b|iz)|(?:api|access|private|account|encryption|signing|shared|auth|session)[_.-]?key"
    r"|credentials?|authorization|(?<![a-z])auth(?![a-z])|cookie|connection[_-]?string|dsn)"
)
_REST = r"(?P<rest>[\w.-]{0,40})"
_QUOTED = r"(?P<quote>\\{0,4}[\"'])(?P<quoted>.{1,4000}?)(?P=quote)"
_KEY_VALUE = pattern_of(
    rf"(?P<word>{_WORDS}){_REST}(?:\\{{0,4}}[\"'`])?[\])]?[ \t]{{0,3}}(?P<separator>=>|:=|[:=])[ \t]{{0,3}}"
    rf"(?:{_QUOTED}|(?P<scheme>(?:bearer|basic|token|digest|negotiate) )?(?P<bare>[^\s\"'`&;]{{1,4000}}))",
    re.IGNORECASE,
)
_BLOCK = pattern_of(rf"{_WORDS}{_REST}[\"']?[ ]?:[ ]?[|>][-+]?[ ]*\n(?P<value>(?:[ \t]+[^\n]{{0,2000}}\n?){{1,200}})", re.IGNORECASE)
# An entry of `env`, in JSON or YAML: a name, then its value.
_NAME_VALUE = pattern_of(
    rf"name[\\\"']{{0,4}}[ ]?:[ ]?[\\\"']{{0,4}}[\w.-]{{0,60}}?{_WORDS}{_REST}[\\\"']{{0,4}}[,\s]{{0,40}}"
    rf"[\\\"']{{0,4}}value[\\\"']{{0,4}}[ ]?:[ ]?(?:{_QUOTED}|(?P<bare>[^\s\"',}}]{{1,4000}}))",
    re.IGNORECASE,
)
# `--password x` of a command line, of a JSON list, of a YAML list.
_FLAG = pattern_of(
    rf"(?<![\w-])--?[\w-]{{0,40}}?{_WORDS}(?P<rest>[\w-]{{0,40}})"
    r"(?:[ \t]+|[\"'][ ]?,\s{0,20}[\"']|[\"']?[ ]{0,4}\n[ \t]{0,40}-[ ][\"']?)(?P<value>[^\s\"',\[\]-][^\s\"',\]]{0,4000})",
    re.IGNORECASE,
)
_PLACED = pattern_of(
    r"""
      ://[^\s/:@"'<>]{0,200}:(?!\d{1,5}(?:[/?\#]))(?P<a>[^\s"'<>]{1,1000})@            # scheme://user:password@
    | ://(?P<b>[^\s/:@"'<>]{16,1000})@                                                 # scheme://token@
    | \b[\w.-]{1,60}:(?P<c>[^\s/@:"']{1,200})@(?:tcp|udp|unix)\(                       # Go's MySQL DSN
    | \bbearer[ ]+(?P<d>[A-Za-z0-9._~+/=-]{8,4000})
    | \b(?:identified[ ]by|password)[ ]'(?P<e>[^']{1,200})'
    | \bmysql\w{0,6}\b[^\n]{0,200}?[ ]-p(?P<f>[^\s"']{1,200})
    | \bbasic[ ](?P<basic>[A-Za-z0-9+/]{6,2000}={0,2})
    | (?<![\w-])(?:-u|--user)[ =]["']?[^\s:"']{1,64}:(?!\d+(?:\s|$))(?P<i>[^\s"']{1,200})      # curl
    | \bthin:[^\s/@:]{1,64}/(?P<j>[^\s@]{1,200})@                                           # Oracle
    | \b(?:password|passwd|passphrase|passcode|secret(?:\ value)?|api\ key|access\ key|token)\ (?:is|was)[ ]["'`]?(?P<k>[^\s"'`]{6,400})
    | (?<![^\s"'`])(?P<l>[^\s"'`]{6,400})["'`]?\ (?:is|was)\ (?:the|your|his|her|our)\ (?:password|passphrase|secret|token|api\ key)\b
    | (?:passw(?:or)?d|passphrase|secret|token|api[_-]?key)(?:%22|%27)?(?:%3A|%3D)(?:%20)?(?:%22|%27)?(?P<m>[^\s"'&%]{1,2000})
    | [?&](?:sig|signature|x-amz-signature|x-amz-credential|x-amz-security-token|code|key)=(?P<g>[^\s&"'<>]{8,2000})
    | \b(?:accountkey|sharedaccesskey|sharedaccesssignature)=(?P<h>[^\s;"']{4,2000})
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BASE64 = pattern_of(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{16,60000}={0,2}(?![A-Za-z0-9+/=])")
_RANDOM = pattern_of(r"(?<![\w./:@-])[A-Za-z0-9_-]{32,512}(?![\w./-])|(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=.])")

_SPOKEN = ("k", "l")
"""Where a sentence says what a secret is; most such sentences say how it is: `token is expired`."""

_LOGIN = pattern_of(r"[\w.@+-]{2,64}:(?P<word>[^\s:]{6,200})")
"""What Basic authentication puts into base64 (RFC 7617)."""

# The end of a key that only speaks about a secret: its name, place, kind or lifetime.
_ABOUT = pattern_of(
    r"(?:name|names|ref|refs|reference|keyref|file|files|path|dir|url|uri|endpoint|seconds|expiry|expiration|expires|ttl|lifetime|type|kind|class|count"
    r"|size|length|policy|mounts?|namespace|version|alg|algorithm|issuer|audiences?|host|port|user|username|enabled|required|provider|store|header|review"
    r"|rotation|s3|source|sources|projection|request|requests|controller|manager|\.go|\.py|\.js)$",
    re.IGNORECASE,
)
# Words that stand where a value might, and are none.
_NO_VALUE = pattern_of(
    r"(?:true|false|yes|no|on|off|null|nil|none|empty|unset|missing|required|expired|invalid|incorrect|wrong|denied|failed|unauthorized|forbidden|not|is|was"
    r"|set|unknown|default|optional|disabled|enabled|string|bytes|<[^<>]*>|\*+|\[masked\]|\[redacted\]|\(unset\)|\$\(\w+\)|\$\{\w+\}|\$\w+|\{\{.*)[.,)\]}]*",
    re.IGNORECASE,
)
_STRICT = pattern_of(r"passw|pwd|passphrase|passcode", re.IGNORECASE)


def mask_secrets(text: str) -> str:
    """The text with every secret in it replaced by MASK. Masking twice changes nothing more."""
    pieces: list[str] = []
    end = 0
    for start, stop in secret_spans(text):
        pieces += (text[end:start], MASK)
        end = stop
    return "".join([*pieces, text[end:]])


def secret_spans(text: str, depth: int = 2) -> list[Span]:
    """Where the secrets stand, in order, without overlap. `depth`: how often base64 is looked into."""
    merged: list[Span] = []
    for start, stop in sorted(_all_spans(text, depth)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        elif stop > start:
            merged.append((start, stop))
    return merged


def _all_spans(text: str, depth: int) -> Iterator[Span]:
    yield from (match.span() for match in _SHAPES.finditer(text))
    yield from _placed(text)
    yield from _key_values(text)
    yield from _random(text)
    if depth:
        yield from (match.span() for match in _BASE64.finditer(text) if _hides_secret(match[0], depth))


def _placed(text: str) -> Iterator[Span]:
    for match in _PLACED.finditer(text):
        group = match.lastgroup or ""
        if group == "basic" and ":" not in (_decoded(match[group]) or ""):
            continue
        if group in _SPOKEN and not _looks_secret(match[group]):
            continue
        if match[group] != MASK:
            yield match.span(group)


def _key_values(text: str) -> Iterator[Span]:
    for match in _KEY_VALUE.finditer(text):
        group = "quoted" if match["quoted"] is not None else "bare"
        if _is_value(match, match[group], text):
            yield match.span(group)
    for match in _NAME_VALUE.finditer(text):
        group = "quoted" if match["quoted"] is not None else "bare"
        if not _ABOUT.search(match["rest"]) and not _NO_VALUE.fullmatch(match[group]):
            yield match.span(group)
    for pattern in (_BLOCK, _FLAG):
        for match in pattern.finditer(text):
            if not _ABOUT.search(match["rest"]) and not _NO_VALUE.fullmatch(match["value"]):
                yield match.span("value")


def _is_value(match: re.Match[str], value: str, text: str) -> bool:
    """Whether what follows a key like `token` is a secret, and not the name of one or a word of a sentence."""
    word, rest = match["word"].lower(), match["rest"]
    if _ABOUT.search(rest) or _NO_VALUE.fullmatch(value):
        return False
    if word == "pwd" and value.startswith("/"):
        return False
    if word == "secret" and not rest and re.fullmatch(r"[a-z0-9.-]{1,63}/[a-z0-9.-]{1,253}", value):
        return False
    if match["separator"] != ":" or match["quoted"] is not None or match["scheme"]:
        return True
    if value.isdigit() and len(value) < 6 and not _STRICT.search(word):
        return False  # an HTTP status, a count
    last_on_line = text[match.end() : match.end() + 1] in ("", "\n", "\r") and not value.endswith(":")
    return last_on_line or _looks_secret(value) or (bool(_STRICT.search(word)) and not value.isalpha())


def _looks_secret(value: str) -> bool:
    """Whether a bare word can hardly be a word of a sentence, a name or a place."""
    if len(value) >= 200:
        return True
    if len(value) < 8 or "/" in value or re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?[.,:;)]*", value):
        return len(value) >= 16 and "-" not in value and "." not in value and any(char.isdigit() for char in value)
    return any(char.isdigit() for char in value)


def _random(text: str) -> Iterator[Span]:
    for match in _RANDOM.finditer(text):
        word = match[0]
        digits = sum(char.isdigit() for char in word)
        mixed = any(char.isupper() for char in word) and any(char.islower() for char in word)
        if mixed and digits >= 3 and _entropy(word) >= 4.25:
            yield match.span()


def _entropy(word: str) -> float:
    """Bits a character, by the word's own letters."""
    return -sum(count / len(word) * math.log2(count / len(word)) for count in Counter(word).values())


def _hides_secret(word: str, depth: int) -> bool:
    decoded = _decoded(word)
    if decoded is None:
        return False
    login = _LOGIN.fullmatch(decoded)
    return bool(login and _looks_secret(login["word"])) or bool(secret_spans(decoded, depth - 1))


def _decoded(word: str) -> str | None:
    """The text that a base64 word stands for, None when it stands for no text."""
    bare = word.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return text if text and all(char.isprintable() or char.isspace() for char in text) else None
