"""What an HTTP status or a failed exchange means: the fetch's status, a sentence, and the fault."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from legation.engine.records.fetches import FetchStatus
from legation.gateways.http.guards import RefusedAddress

CERTIFICATE, NAME, CONNECTION = "certificate", "name", "connection"
_QUOTED = re.compile(r": (?:bytearray\()?b['\"]")  # where a parser goes on to quote what the server sent
_MAX_REASON_CHARACTERS = 200  # a parser's complaint may quote what the server sent


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    status: FetchStatus
    reason: str  # one sentence for a person
    fault: str = ""  # as FetchResult.fault


def explain_error(error: Exception) -> Failure:
    """Tell apart our own refusal, a certificate's fault, a missing name and a broken connection."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, RefusedAddress):
        return Failure(FetchStatus.REFUSED_ADDRESS, str(cause))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Failure(FetchStatus.BROKEN, "The host's name cannot be resolved.", NAME)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return Failure(FetchStatus.BROKEN, _explain_certificate(error.certificate_error), CERTIFICATE)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Failure(FetchStatus.BROKEN, _explain_certificate(cause), CERTIFICATE)
    if isinstance(error, (HttpProcessingError, aiohttp.ClientResponseError)):
        words = _QUOTED.split(str(error.message).partition("\n")[0])[0].rstrip(": ")[:_MAX_REASON_CHARACTERS]
        return Failure(FetchStatus.BROKEN, f"The answer is no proper HTTP: {words}.", CONNECTION)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Failure(FetchStatus.BROKEN, "The server closed the connection before its answer.", CONNECTION)
    if isinstance(error, aiohttp.ClientPayloadError):
        return Failure(FetchStatus.BROKEN, "The answer breaks off before its end.", CONNECTION)
    words = (" ".join(str(error).split()) or type(error).__name__)[:_MAX_REASON_CHARACTERS]
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return Failure(FetchStatus.BROKEN, f"The TLS connection failed: {words}.", CONNECTION)
    return Failure(FetchStatus.BROKEN, f"The connection failed: {words}.", CONNECTION)


def judge_http_status(http_status: int) -> tuple[FetchStatus, str]:
    """Translate an HTTP status that is no redirect; the reason is empty on success."""
    if 200 <= http_status < 300:
        return FetchStatus.FETCHED, ""
    if http_status == 304:
        return FetchStatus.NOT_MODIFIED, ""
    if http_status in (404, 410):
        return FetchStatus.GONE, f"The server says that the page does not exist ({http_status})."
    if http_status in (429, 503):
        return FetchStatus.BUSY, f"The server asks us to come back later ({http_status})."
    if 400 <= http_status < 500:
        return FetchStatus.REJECTED, f"The server rejected the request ({http_status})."
    if http_status >= 500:
        return FetchStatus.SERVER_ERROR, f"The server failed ({http_status})."
    return FetchStatus.BROKEN, f"The server's answer makes no sense ({http_status})."


def _explain_certificate(error: Exception) -> str:
    """Say what is wrong with a certificate, in OpenSSL's words without its codes."""
    words = getattr(error, "verify_message", "") or str(error)
    return f"The server's certificate is not valid: {words[:_MAX_REASON_CHARACTERS]}."
