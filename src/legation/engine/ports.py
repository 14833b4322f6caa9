"""The ports through which the engine meets the outside world; the gateways implement them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from legation.engine.records.captures import RenderedPage
from legation.engine.records.fetches import FetchRequest, FetchResult
from legation.engine.records.mails import MailResult, OutgoingMail

Vectors = NDArray[np.float32]


class Clock(Protocol):
    """Tells the time, so that tests can move it."""

    def __call__(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        ...


class Embedder(Protocol):
    """Turns texts of any language into vectors of one space."""

    @property
    def model(self) -> str:
        """Name and version, stored beside every vector that it made."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed the texts: float32 (texts, dimensions), unit rows, in the texts' order."""
        ...


class Fetcher(Protocol):
    """Fetches addresses politely and safely."""

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Fetch one address; every failure is a FetchResult, never an exception."""
        ...


class MailSender(Protocol):
    """Hands messages to a mail server."""

    def send(self, mail: OutgoingMail) -> MailResult:
        """Send one message; every failure is a MailResult, never an exception."""
        ...


class PageRenderer(Protocol):
    """Shows a fetched page in a browser that reaches nothing by itself."""

    def render(self, page: FetchResult, *, beat: Callable[[], None]) -> RenderedPage:
        """Take a picture and a print of a page; every failure is a RenderedPage with its problem.

        beat: called every few seconds; what it raises ends the browser and comes out of here.
        """
        ...
