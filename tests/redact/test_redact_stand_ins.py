"""Stand-ins keep the order of words, their likeness, and networks."""

import ipaddress
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubedx.analyzers.near_miss import nearest
from kubedx.redact.addresses import AddressMasker
from kubedx.redact.stand_ins import random_stand_ins, word_stand_ins

KEPT = ("coredns", "default", "kube", "kubernetes")
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
ADDRESSES = st.ip_addresses(v=4) | st.ip_addresses(v=6)


@given(st.sets(WORDS, max_size=30))
def test_every_word_has_its_own(words: set[str]) -> None:
    found = word_stand_ins(words, KEPT, words)
    assert found.keys() == words
    assert len(set(found.values())) == len(words)
    assert not words & set(found.values())
    assert found == word_stand_ins(words, KEPT, words)


def test_unlike_words_keep_their_order_among_those_that_stay() -> None:
    words = {"billing", "weathervane", "doorbell", "receipt", "tallybook", "turnstile", "zebra", "aardvark", "kvstore"}
    found = word_stand_ins(words, KEPT, words)
    both = {**found, **{word: word for word in KEPT}}
    assert [both[word] for word in sorted(both)] == sorted(both.values())


@pytest.mark.parametrize(
    ("written", "meant"),
    [("parcles", "parcels"), ("parcel", "parcels"), ("bookshlef", "bookshelf"), ("cart", "carts"), ("aquaruim", "aquarium")],
)
def test_a_slip_stays_a_slip(written: str, meant: str) -> None:
    words = {written, meant, "shop", "tallybook", "doorbell", "turnstile"}
    found = word_stand_ins(words, KEPT, words)
    others = [found[word] for word in words - {written}]
    assert nearest(written, words - {written}) == meant
    assert nearest(found[written], others) == found[meant]


def test_what_is_unlike_does_not_become_alike() -> None:
    words = {"".join(letters) for letters in itertools.product("abcd", repeat=4)} | {
        "shop",
        "tallybook",
        "doorbell",
        "turnstile",
        "billing",
        "lighthouse",
    }
    found = word_stand_ins(words, KEPT, words)
    for one, other in itertools.combinations(("shop", "tallybook", "doorbell", "turnstile", "billing", "lighthouse"), 2):
        assert nearest(found[one], [found[other]]) is None


def test_what_is_random_stays_so() -> None:
    words = {"x2x4z", "bcdf9", "7d9f8b6c5d", "zzzz"}
    found = random_stand_ins(words, words)
    assert [found[word] for word in sorted(words)] == sorted(found.values())
    assert not words & set(found.values())
    assert all(len(found[word]) == max(5, len(word)) for word in words)


@given(st.lists(ADDRESSES, min_size=2, max_size=8, unique=True), st.integers(0, 128))
def test_addresses_of_a_network_stay_in_one(addresses: list[ipaddress.IPv4Address | ipaddress.IPv6Address], length: int) -> None:
    masker = AddressMasker([str(address) for address in addresses], "seed")
    one, other = addresses[:2]
    if one.version != other.version or one == other:
        return
    prefix = min(length, one.max_prefixlen)
    network = ipaddress.ip_network(f"{one}/{prefix}", strict=False)
    masked = ipaddress.ip_network(masker.mask(str(network)), strict=False)
    if masker.mask(str(network.network_address)) == str(network.network_address) or masker.mask(str(one)) == str(one):
        return  # loopback and its like stay, and so does what shares their beginning
    assert masked.prefixlen == prefix
    assert masker.mask(str(one)) != masker.mask(str(other))


@pytest.mark.parametrize(
    ("network", "inside"),
    [("10.244.0.0/16", "10.244.3.7"), ("192.168.7.0/24", "192.168.7.200"), ("8.8.8.0/24", "8.8.8.8"), ("fd00:10::/64", "fd00:10::5")],
)
def test_what_lies_in_a_network_lies_in_its_stand_in(network: str, inside: str) -> None:
    masker = AddressMasker([inside, network.partition("/")[0]], "seed")
    masked = ipaddress.ip_network(masker.mask(network))
    assert ipaddress.ip_address(masker.mask(inside)) in masked
    assert masked.is_private == ipaddress.ip_network(network).is_private or network.startswith("8.")
    assert masker.mask(inside) != inside


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "0.0.0.0/0", "::/0", "::1", "169.254.169.254", "255.255.255.255", "10.0.0.0/8", "no address", "10.0.0.1/99"]
)
def test_what_is_the_same_everywhere_stays(text: str) -> None:
    assert AddressMasker(["10.1.1.1"], "seed").mask(text) == text


def test_no_stand_in_is_an_original() -> None:
    originals = {f"10.0.{third}.{fourth}" for third in range(4) for fourth in range(100)}
    masker = AddressMasker(originals, "seed")
    assert not {masker.mask(address) for address in originals} & originals
