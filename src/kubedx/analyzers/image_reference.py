"""Names of images, taken apart. https://pkg.go.dev/github.com/distribution/reference"""

import msgspec

from kubedx.kube import pattern_of

DOCKER_HUB = "docker.io"
_HUBS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
_TAG = pattern_of(r"\w[\w.-]{0,127}")
_REPOSITORY = pattern_of(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_SCHEME = pattern_of(r"^[a-z]+://")
_DIGEST = pattern_of(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


class ImageReference(msgspec.Struct, frozen=True):
    """An image: registry, repository and tag or digest. An official image of Docker Hub has the bare name as repository."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def is_official(self) -> bool:
        """Whether it has the form of an official image of Docker Hub: no registry, no owner."""
        return self.registry == DOCKER_HUB and "/" not in self.repository


def parse_image(image: str) -> ImageReference:
    """Take an image's name apart as Docker does: a first part with a dot, a colon or `localhost` is a registry."""
    rest, _, digest = image.partition("@")
    first, slash, after = rest.partition("/")
    has_registry = bool(slash) and ("." in first or ":" in first or first == "localhost")
    registry, path = (first, after) if has_registry else (DOCKER_HUB, rest)
    repository, colon, tag = path.rpartition(":")
    if not colon:
        repository, tag = path, ""
    if registry in _HUBS:
        registry, repository = DOCKER_HUB, repository.removeprefix("library/")
    return ImageReference(registry, repository, tag, digest)


def with_repository(image: str, old: str, new: str) -> str:
    """The image under another repository, written as it was written."""
    head, found, tail = image.rpartition(old)
    return f"{head}{new}{tail}" if found else image


def with_tag(image: str, tag: str) -> str:
    """The image under another tag, written as it was written."""
    plain = image.partition("@")[0]
    head, slash, last = plain.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}:{tag}"


def image_name_fault(image: str) -> str:
    """The rule for image names that a name breaks, in words; empty when it breaks none that is known here."""
    checks = (
        (bool(_SCHEME.match(image)), "it begins with a URL scheme"),
        (any(letter.isspace() for letter in image), "it holds a space"),
        (any(letter in "${}<>" for letter in image), "it holds a placeholder that was not replaced"),
        (image.rstrip().endswith((":", "/", "@")), f'it ends in "{image.rstrip()[-1:]}"'),
    )
    told = next((words for broken, words in checks if broken), "")
    return told or _of_parts(image)


def _of_parts(image: str) -> str:
    name = parse_image(image)
    if name.digest and not _DIGEST.fullmatch(name.digest):
        return f'its digest "{name.digest}" is none'
    if name.repository != name.repository.lower():
        return "its repository has capital letters"
    if ":" in name.repository:
        return "it has more than one tag"
    if name.tag and not _TAG.fullmatch(name.tag):
        return f'its tag "{name.tag}" is none'
    return "" if _REPOSITORY.fullmatch(name.repository) else f'its repository "{name.repository}" is none'
