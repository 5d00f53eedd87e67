"""What kinds of errors programs write into their logs, and by which words they are known."""

import re

from kubedx.kube import pattern_of

REFUSED = "refused"
DNS = "dns"
TIMEOUT = "timeout"
TLS = "tls"
UPSTREAM = "upstream"
FORBIDDEN = "forbidden"
AUTH = "auth"
SPACE = "space"
PERMISSION = "permission"
MEMORY = "memory"
PORT = "port-in-use"
ENV = "env"
SYNTAX = "syntax"
FILE = "file"
SCHEMA = "schema"
MODULE = "module"
ARCHITECTURE = "architecture"
COMMAND = "command"
EXCEPTION = "exception"
OTHER = "error"

UNREACHABLE = frozenset({REFUSED, DNS, TIMEOUT})
"""Classes that say that something else was not reached."""

OWN_REASONS = frozenset({AUTH, PERMISSION, PORT, ENV, SYNTAX, FILE, MODULE, ARCHITECTURE, COMMAND})
"""Classes whose reason lies in the program's own image, settings and rights, whatever else is broken around it."""

MEANINGS = {
    REFUSED: "nothing listens where it connects to",
    DNS: "a name does not resolve",
    TIMEOUT: "what it connects to does not answer",
    TLS: "a TLS connection or certificate is refused",
    UPSTREAM: "what it calls answers with errors",
    FORBIDDEN: "the API server forbids it something",
    AUTH: "its credentials are refused",
    SPACE: "a volume or the node is full",
    PERMISSION: "it may not use a file, port or right",
    MEMORY: "it has not enough memory",
    PORT: "its port is taken by another process",
    ENV: "a setting is not there",
    SYNTAX: "it cannot read its configuration or arguments",
    FILE: "a file is not there",
    SCHEMA: "what it expects in the database or queue is not there",
    MODULE: "a library or module is not there",
    COMMAND: "a command is not in the image",
    ARCHITECTURE: "the program is for another CPU or lacks its interpreter",
    EXCEPTION: "it met an error that it does not handle",
}
"""What a class means, in words that follow a colon."""


def any_of(*alternatives: str) -> re.Pattern[str]:
    """A pattern for any of these, in upper or lower case."""
    return pattern_of("|".join(alternatives), re.IGNORECASE)


_IS_LACKING = (
    r"(?:not (?:set|specified|defined|provided|configured|found|present|been initialized)"
    r"|unset|undefined|required|missing|must (?:be|specify)|empty|mandatory)"
)
_SETTING = (
    r"(?:env(?:ironment)?(?:[ -]?var(?:iable)?s?)?|settings?|variables?|parameter|option"
    r"|configuration(?: value| key)?|config (?:key|value)|property|attribute)"
)
_CANNOT = r"(?:cannot|can't|could not|couldn't|unable to|failed to|error|failed)"
_VARIABLE = r"(?-i:\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b)"

CLASSES: dict[str, re.Pattern[str]] = {
    ARCHITECTURE: any_of(
        r"exec format error",
        r"cannot execute binary file",
        r"wrong ELF class",
    ),
    COMMAND: any_of(
        r"\b(?:ba|da|a)?sh: (?:line )?(?:\d+: )?[^:]{1,80}: (?:command )?not found",
        r"^\S+: (?:line )?\d+: [^:\s]{1,80}: (?:command )?not found",
        r"\bcommand not found\b",
        r"executable file not found",
    ),
    FORBIDDEN: any_of(
        r'is forbidden: User \\?"',
        r'forbidden: User \\?"system:',
        r'cannot (?:get|list|watch|create|update|patch|delete) resource \\?"',
    ),
    DNS: any_of(
        r"no such host",
        r"name or service not known",
        r"name does not resolve",
        r"could not resolve",
        r"can(?:no|')t resolve",
        r"(?:get|gai)addrinfo",
        r"\bENOTFOUND\b",
        r"EAI_AGAIN",
        r"NXDOMAIN",
        r"SERVFAIL",
        r"unknown ?host",
        r"temporary failure in name resolution",
        r"nodename nor servname",
        r"lookup failed",
        r"\blookup [^\s:]{1,253} on \S{2,50}:\d+: ",
        r"could not translate host name",
        r"server misbehaving",
        r"bad address",
        r"host not found in upstream",
        r"failed to resolve",
        r"could not be resolved",
        r"name resolver error",
        r"name resolution",
    ),
    PORT: any_of(
        r"address already in use",
        r"EADDRINUSE",
        r"port (?:\d+ )?is already (?:in use|allocated)",
        r"address in use",
    ),
    AUTH: any_of(
        r"(?:password |login |user )?authentication (?:failed|error|required)",
        r"access denied for user",
        r"invalid (?:credentials|password|api[ -]?key|token)",
        r"wrong ?pass",
        r"AuthenticationError",
        r"(?:invalid|incorrect|wrong) user(?:name)?[- ](?:and |or )?password",
        r"login was refused",
        r"ACCESS_REFUSED",
        r"NOAUTH",
        r"login failed",
        r"incorrect (?:password|username)",
        r"no pg_hba\.conf entry",
        r"role \"[^\"]*\" does not exist",
        r"\b40[13]\b[^a-z]{0,3}(?:unauthorized|forbidden|client error)",
        r"(?:http|status)[^a-z0-9]{0,3}(?:code)?[^a-z0-9]{0,3}40[13]\b",
        r"\bunauthorized\b",
        r"\b(?:returned|responded|answered|got|received|status code|code)\b[^0-9a-z]{0,4}(?:with )?(?:http )?(?:status )?40[13]\b",
        r"code = (?:Unauthenticated|PermissionDenied)\b",
        r"StatusCode\.(?:UNAUTHENTICATED|PERMISSION_DENIED)\b",
        r"\bUNAUTHENTICATED\b",
        r"invalid_(?:client|grant|token)",
        r"\b(?:jwt|token|credentials?|api[ -]?key|session)\b.{0,40}\b(?:expired|revoked)\b",
        r"TokenExpired",
        r"\bNOPERM\b",
        r"token (?:is |has )?(?:expired|invalid)",
        r"signature ?does ?not ?match",
        r"permission denied for (?:table|schema|database|relation)",
        r"InvalidAccessKeyId",
        r"ExpiredToken",
        r"AccessDenied\b",
        r"not authorized",
        r"(?:unable to locate|could not (?:load|find)|no valid) (?:\w+ ){0,2}credential",
    ),
    REFUSED: any_of(
        r"connection refused",
        r"connection to \S+ (?:was )?refused",
        r"ECONNREFUSED",
        r"actively refused",
        r"connect failed.{0,40}refused",
        r"connection to (?:node|broker) .{0,80}could not be established",
        r"(?:node|broker) may not be available",
        r"\(111\)",
        r"errno 111",
    ),
    UPSTREAM: any_of(
        r"\b50[023] (?:internal server error|bad gateway|service (?:temporarily )?unavailable)",
        r"\b5\d\d server error",
        r"\b(?:status|code|returned|responded|response|answered|got|received|http)\b[^0-9a-z]{0,4}"
        r"(?:with )?(?:http )?(?:status )?(?:code)?[^0-9a-z]{0,4}50[0-35-9]\b",
        r"code = (?:Internal|Unknown|DataLoss|Unimplemented)\b",
        r"StatusCode\.(?:INTERNAL|UNKNOWN|UNIMPLEMENTED)\b",
        r"(?:Internal ?Server ?Error|ServiceUnavailable|Service Unavailable|BadGateway|Bad Gateway)\b(?!: ?/)",
        r"(?-i:\bMISCONF\b)",
        r"(?-i:\bREADONLY\b)",
        r"cannot execute \w+ in a read-only transaction|--read-only option|NotWritablePrimary|not (?:primary|master) and",
        r"LOADING Redis is loading|database system is (?:starting up|shutting down|in recovery)",
        r"OOM command not allowed",
        r"too many (?:clients|connections)|connection slots are reserved",
        r"no healthy upstream|no children to pick from|client not connected",
        r"no (?:servers?|instances?) available for|does(?:n't| not) (?:have|contain) (?:an? )?(?:available server|instance)",
        r"cluster_block_exception|flood.stage",
        r"NOT_ENOUGH_REPLICAS|LEADER_NOT_AVAILABLE|low on memory|memory alarm",
    ),
    TIMEOUT: any_of(
        r"i/o timeout",
        r"timed? ?out",
        r"context deadline exceeded",
        r"ETIMEDOUT",
        r"no route to host",
        r"network (?:is )?unreachable",
        r"EHOSTUNREACH",
        r"ENETUNREACH",
        r"host (?:is )?unreachable",
        r"errno 11[03]",
        r"timeout (?:exceeded|expired|waiting)",
        r"gave up waiting",
    ),
    TLS: any_of(
        r"x509:",
        r"certificate (?:verify|has expired|signed by|is not valid|unknown)",
        r"tls: ",
        r"ssl(?:v3)? (?:alert|error|handshake)",
        r"SSLError",
        r"SSLHandshake",
        r"CERTIFICATE_VERIFY_FAILED",
        r"PKIX path",
        r"handshake fail",
        r"HTTP response to HTTPS client",
        r"HTTP request to an HTTPS server",
        r"wrong version number",
        r"unrecognized SSL message",
        r"SSL connection could not be established",
        r"remote certificate (?:is|was) (?:invalid|rejected)|UntrustedRoot|RemoteCertificate\w+",
    ),
    SPACE: any_of(
        r"no space left on device",
        r"ENOSPC",
        r"disk (?:quota exceeded|(?:is )?full)",
        r"not enough (?:disk )?space",
        r"volume is full",
        r"database space exceeded",
    ),
    PERMISSION: any_of(
        r"permission denied",
        r"EACCES",
        r"EPERM",
        r"operation not permitted",
        r"read-only file ?system",
        r"EROFS",
        r"not writ(?:e)?able",
        r"access (?:is )?denied",
        r"must be run as root",
        r"insufficient (?:privileges|permissions)",
    ),
    MEMORY: any_of(
        r"OutOfMemory",
        r"out of memory",
        r"heap limit",
        r"heap out of memory",
        r"cannot allocate memory",
        r"MemoryError",
        r"bad_alloc",
        r"ENOMEM",
        r"memory exhausted",
        r"Allowed memory size",
    ),
    MODULE: any_of(
        r"ModuleNotFoundError",
        r"No module named",
        r"ImportError",
        r"Cannot find module",
        r"ClassNotFound",
        r"NoClassDefFound",
        r"error while loading shared libraries",
        r"version `GLIBC",
        r"cannot load such file",
        r"Could not find or load main class",
        r"undefined symbol",
    ),
    SCHEMA: any_of(
        r"""(?:relation|table|column|database) [`"\'][^`"\']+[`"\'] does ?n[o\']t exist""",
        r"no such (?:table|column)",
        r"unknown (?:column|database)",
        r"migration.{0,60}(?:fail|error|pending|dirty)",
        r"dirty database",
        r"schema (?:version|mismatch|validation)",
        r"unapplied migration",
        r"Undefined(?:Table|Column)",
        r"Invalid (?:object|column) name '",
        r"ORA-00942",
        r"UNKNOWN_TOPIC_OR_PARTITION|unknown topic",
        r"no (?:queue|exchange) '",
        r"NoSuchBucket",
    ),
    FILE: any_of(
        r"no such file or directory",
        r"ENOENT",
        r"FileNotFound",
        r"(?:file|directory)\b.{0,120}(?:not found(?! in type)|does ?n[o']t exist|missing|not readable)",
        r"/[\w.@-]+ (?:is |was )?(?:not found|missing|does not exist)",
        r"""(?:cannot|can't|could not|couldn't|unable to|failed to) (?:open|find|access|read|stat|load)\b.{0,20}[/'\"]""",
    ),
    SYNTAX: any_of(
        r"syntax error",
        r"SyntaxError",
        r"pars(?:e|ing) (?:error|fail)",
        rf"{_CANNOT} (?:pars|unmarshal|decod|deserializ|read(?:ing)? config|load(?:ing)? config)",
        r"error (?:parsing|loading|reading|decoding|unmarshal\w*)",
        r"""unexpected (?:token|end|eof|character|\"|')""",
        r"unknown (?:directive|flag|option|field|argument|command|key|property|setting|log level)",
        r"unrecogni[sz]ed (?:option|argument|arguments|flag)",
        r"invalid (?:json|yaml|toml|xml|config\w*|value|option|argument|character|syntax|directive)",
        r"invalid (?:number of arguments|parameter|url|port|log level|format|type)",
        r"expecting value",
        r"\bmalformed",
        r"(?<![.\w])yaml: ",
        r"(?<![.\w])toml: ",
        r"JSONDecodeError",
        r"not (?:a )?valid (?:json|yaml|toml)",
        r"duplicate (?:key|directive)",
        r"could not find expected",
        r"mapping values are not allowed",
        r"bad (?:directive|configuration)",
        r"unknown shorthand flag",
        r"flag provided but not defined",
        r"directive is not (?:allowed|terminated)",
        r"is not terminated by",
        r"\[emerg\]",
        r"configuration (?:error|is invalid|file .{0,80}test failed)",
        r"illegal option",
        r"not found in type ",
        r"following arguments are required",
        r"invalid literal for",
        r"wrong number of arguments",
    ),
    ENV: any_of(
        rf"{_SETTING}.{{0,80}}\b{_IS_LACKING}\b",
        rf"\b{_IS_LACKING}\b.{{0,40}}{_SETTING}",
        rf"{_VARIABLE}.{{0,40}}\b{_IS_LACKING}\b",
        rf"\b(?:must (?:set|specify|provide|define)|please (?:set|provide)|specify) .{{0,20}}{_VARIABLE}",
        r"missing required",
        r"field required",
        r"""key not found: \"(?-i:[A-Z][A-Z0-9_]+)\"""",
        r"KeyError: '(?-i:[A-Z][A-Z0-9_]+)'",
        r"(?:password|secret|token|key|url) (?:option )?is not specified",
        r"(?-i:\b[A-Z][A-Z0-9_]{2,}\b): (?:unbound variable|parameter (?:null or )?not set)",
    ),
    EXCEPTION: any_of(
        r"panic(?:ked)?:",
        r"Traceback",
        r"Unhandled",
        r"Uncaught",
        r"Exception\b",
        r"segmentation fault",
        r"core dumped",
        r"assert(?:ion)? failed",
        r"stack overflow",
        r"fatal error:",
    ),
}
"""Classes in the order in which they are tried: the more telling first."""


_MISTAKE = any_of(
    r"(?:index|slice bounds|subscript) out of (?:range|bounds)",
    r"\b(?:IndexError|ZeroDivisionError|RecursionError|ArithmeticException|ClassCastException|StackOverflowError)\b",
    r"\bIndexOutOfBoundsException\b",
    r"\b(?:integer )?divi(?:de|sion) by zero",
    r"maximum call stack size exceeded",
    r"segmentation fault",
    r"stack overflow",
    r"assert(?:ion)? failed",
    r"all goroutines are asleep",
)


def is_own_mistake(line: str) -> bool:
    """Whether a line tells of an error of the program itself, which nothing around it can bring about."""
    return _MISTAKE.search(line) is not None


def classify(line: str) -> str:
    """The class of one error line; `OTHER` when no words are known."""
    return next((name for name, pattern in CLASSES.items() if pattern.search(line)), OTHER)
