"""Names of images, taken apart. https://pkg.go.dev/github.com/distribution/reference"""

import msgspec

DOCKER_HUB = "docker.io"
_HUBS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})


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
