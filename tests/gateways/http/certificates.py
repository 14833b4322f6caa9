"""An authority of our own and its certificates: good, expired, too early, for another host, and nobody's."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class _Authority:
    """Who signs."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@contextmanager
def make_contexts() -> Iterator[tuple[dict[str, ssl.SSLContext], ssl.SSLContext]]:
    """Make the servers' TLS contexts by certificate, and a client's that trusts the authority."""
    authority = _make_authority("Port Authority")
    now = datetime.now(UTC)
    valid = (now - timedelta(days=1), now + _YEAR)
    certificates = {
        "good": _sign(authority, "127.0.0.1", *valid),
        "self-signed": _sign(_make_authority("Nobody"), "127.0.0.1", *valid),
        "expired": _sign(authority, "127.0.0.1", now - 2 * _YEAR, now - _YEAR),
        "early": _sign(authority, "127.0.0.1", now + _YEAR, now + 2 * _YEAR),
        "wrong-host": _sign(authority, "192.0.2.1", *valid),
    }
    with tempfile.TemporaryDirectory() as folder:
        contexts = {}
        for name, pem in certificates.items():
            path = Path(folder) / f"{name}.pem"
            path.write_bytes(pem)
            contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            contexts[name].load_cert_chain(path)
        trusted = authority.certificate.public_bytes(Encoding.PEM).decode()
        yield contexts, ssl.create_default_context(cadata=trusted)


def _make_authority(name: str) -> _Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(named, named, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - 5 * _YEAR)
        .not_valid_after(now + 5 * _YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _Authority(named, key, certificate)


def _sign(authority: _Authority, address: str, since: datetime, until: datetime) -> bytes:
    """Return a server's certificate with its key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, address)])
    certificate = (
        x509.CertificateBuilder(authority.name, named, key.public_key(), x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False
        )
        .sign(authority.key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + certificate.public_bytes(Encoding.PEM)
