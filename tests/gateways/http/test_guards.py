"""The address guard against the disguises of private addresses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from legation.gateways.http.guards import GuardedResolver, RefusedAddress, check_address, is_public_address

NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "203.162.0.1", "100.63.255.255", "2606:4700::1111"]
)
def test_a_public_address_is_open(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",  # carrier-grade NAT
        "127.0.0.1",
        "169.254.169.254",
        "172.31.255.255",
        "192.0.0.8",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:8.8.8.8",  # mapped: even a public one has no business here
        "::127.0.0.1",
        "64:ff9b::7f00:1",  # NAT64
        "64:ff9b:1::1",
        "2002:7f00:1::",  # 6to4
        "2001:0:1::1",  # Teredo
        "2001:db8::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
        "",
    ],
)
def test_a_private_or_reserved_address_is_closed(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0x0.0x0.0x1/",
        "http://0177.0.0.1/",
        "http://127.0.0.1./",
        "http://0300.0250.1.1/",
        "http://0xC0A80101/",
        "http://192.168.257/",
        "http://127。0。0。1/",
        "http://[64:ff9b::7f00:1]/",  # NAT64
        "http://[2002:7f00:1::]/",  # 6to4
        "http://[::127.0.0.1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://127.0.0.1%00.example.org/",
        "http://example.org%40127.0.0.1/",
        "http://api.localhost./",
        "data:text/html,hello",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[fe80::1%25eth0]/",
        "http://localhost/",
        "http://localhost./",
        "http://printer.local/",
        "http://intranet/",
        "http://metadata.google.internal/",
        "http://①②⑦.⓪.⓪.①/",
        "http://user@example.org/",
        "http://:word@example.org/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:0/",
        "http://example.org:6667/",
        "http://example.org:99999/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "//example.org/",
        "example.org",
        "",
        "http://",
        "http:///path",
        "http://exa mple.org/",
        "http://example.org\\@127.0.0.1/",
        "http://example.org/\r\nHost: 127.0.0.1",
        "http://[::1/",
        "http://example.org/" + "a" * 5_000,
    ],
)
def test_an_unsafe_address_is_refused_with_a_reason(address: str) -> None:
    with pytest.raises(RefusedAddress) as refusal:
        check_address(address, NOBODY)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "https://example.org:8443/tin?x=1#part",
        "http://báo.example/",
        "http://8.8.8.8/feed",
        "https://[2606:4700::1111]/",
        "HTTP://EXAMPLE.ORG:8080",
    ],
)
def test_an_address_of_the_public_web_passes(address: str) -> None:
    assert check_address(address, NOBODY).fragment == ""


def test_a_host_is_allowed_by_its_name_or_by_name_and_port_only() -> None:
    allowed = frozenset({"localhost", "127.0.0.1:9009"})
    assert check_address("http://localhost:25/", allowed).port == 25
    assert check_address("http://127.0.0.1:9009/", allowed).port == 9009
    with pytest.raises(RefusedAddress):
        check_address("http://127.0.0.1:9010/", allowed)
    with pytest.raises(RefusedAddress):
        check_address("http://user@localhost/", allowed)


def test_a_name_is_refused_when_one_of_its_addresses_is_private(fake_names: Any) -> None:
    class TwoFaced(fake_names):  # type: ignore[misc]
        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
            public = await super().resolve("public.test", port, family)
            return public + await super().resolve("private.test", port, family)

    inner = TwoFaced(public_test="8.8.8.8", private_test="fd00::1")
    with pytest.raises(RefusedAddress, match="resolves to fd00::1"):
        asyncio.run(GuardedResolver(inner, NOBODY).resolve("two.test", 80))


def test_a_name_with_public_addresses_resolves(fake_names: Any) -> None:
    inner = fake_names(paper_test="8.8.8.8")
    answers = asyncio.run(GuardedResolver(inner, NOBODY).resolve("paper.test", 80))
    assert [answer["host"] for answer in answers] == ["8.8.8.8"]
