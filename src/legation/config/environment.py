"""Reads the LEGATION_* settings once and refuses a wrong one by name."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
ROOT = Path(__file__).resolve().parents[3]
_NUMBER = re.compile(r"-?[0-9]{1,9}")  # isdigit() takes "²" for one; no setting needs more digits


class WrongSetting(Exception):
    """A LEGATION_* setting is missing, malformed or unknown; the message names it."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Every setting of an installation, checked. One line each; docs/settings.md explains them."""

    data_dir: Path  # everything the desk writes
    secret_key: str
    debug: bool
    host: str  # address to listen on
    port: int
    base_url: str  # how readers reach the desk; stands in mails
    allowed_hosts: tuple[str, ...]
    database_url: str
    queue_url: str  # sqlite:///…, redis://… or postgresql://…
    country: str  # pack offered first by the wizard; "" asks
    countries_dir: Path
    sources_dir: Path
    embedder: str  # e5, hashing or the address of an OpenAI-compatible endpoint
    embedder_model: str
    embedder_key: str
    fetch_contact: str  # stands in the User-Agent
    fetch_allowed_hosts: tuple[str, ...]  # host or host:port reachable although private
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_security: str  # none, starttls or tls
    mail_from: str
    lease_seconds: int
    web_workers: int
    worker_threads: int
    reading_processes: int  # 0 reads in the worker itself
    multi_factor: bool  # offer MFA to users
    oidc_server: str  # "" switches OIDC off
    oidc_client: str
    oidc_secret: str
    websub: bool  # ask hubs to tell at once what is new; the desk must be reachable from outside
    evidence_storage: str  # "" for the data folder, or s3://bucket/folder
    evidence_endpoint: str  # of an S3-compatible server; "" for Amazon's own
    evidence_region: str
    evidence_key: str
    evidence_secret: str
    evidence_days: int  # that a copy is kept which nothing cites; 0 for good
    evidence_picture_days: int  # the same for pictures of pages
    evidence_obeys_robots: bool  # whether robots.txt may forbid an evidence copy
    browser: str  # path of Chromium for pictures of pages; "" looks for it, "off" makes none


KNOWN = {f"LEGATION_{name.upper()}" for name in Environment.__dataclass_fields__} | {"LEGATION_PYTHON"}


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Read and check every LEGATION_* setting.

    Raises WrongSetting naming the first setting that is unknown or malformed.
    """
    for name in environ:
        if name.startswith("LEGATION_") and name not in KNOWN:
            raise WrongSetting(f"{name} is not a setting of Legation; docs/settings.md lists them.")
    return _read_all(_Reader(environ))


def _read_all(read: _Reader) -> Environment:
    """Read each setting with its default and bounds."""
    data_dir = read.directory("DATA_DIR", ROOT / "var")
    port = read.number("PORT", 8000, 1, 65535)
    host = read.text("HOST", "127.0.0.1")
    base_url = read.url(
        "BASE_URL", f"http://{'localhost' if host in LOCAL_HOSTS else host}:{port}", ("http", "https")
    )
    embedder = _read_embedder(read)
    return Environment(
        data_dir=data_dir,
        secret_key=read.text("SECRET_KEY") or _kept_secret(data_dir),
        debug=read.truth("DEBUG", False),
        host=host,
        port=port,
        base_url=base_url.rstrip("/"),
        allowed_hosts=(*read.names("ALLOWED_HOSTS"), urlsplit(base_url).hostname or "", host, *LOCAL_HOSTS),
        database_url=read.url("DATABASE_URL", f"sqlite:///{data_dir}/desk.sqlite3", ("sqlite", "postgresql")),
        queue_url=read.url(
            "QUEUE_URL", f"sqlite:///{data_dir}/queue.sqlite3", ("sqlite", "redis", "postgresql")
        ),
        country=read.text("COUNTRY").lower(),
        countries_dir=read.directory("COUNTRIES_DIR", ROOT / "countries"),
        sources_dir=read.directory("SOURCES_DIR", ROOT / "sources"),
        embedder=embedder,
        embedder_model=read.text("EMBEDDER_MODEL", "multilingual-e5-small"),
        embedder_key=read.text("EMBEDDER_KEY"),
        fetch_contact=read.text("FETCH_CONTACT"),
        fetch_allowed_hosts=read.names("FETCH_ALLOWED_HOSTS"),
        smtp_host=read.text("SMTP_HOST", "localhost"),
        smtp_port=read.number("SMTP_PORT", 25, 1, 65535),
        smtp_user=read.text("SMTP_USER"),
        smtp_password=read.text("SMTP_PASSWORD"),
        smtp_security=read.choice("SMTP_SECURITY", "none", ("none", "starttls", "tls")),
        mail_from=read.text("MAIL_FROM", "desk@localhost"),
        lease_seconds=read.number("LEASE_SECONDS", 60, 2, 86_400),
        web_workers=read.number("WEB_WORKERS", 2, 1, 64),
        worker_threads=read.number("WORKER_THREADS", 3, 1, 64),
        reading_processes=read.number("READING_PROCESSES", os.cpu_count() or 1, 0, 256),
        multi_factor=read.truth("MULTI_FACTOR", False),
        oidc_server=read.text("OIDC_SERVER"),
        oidc_client=read.text("OIDC_CLIENT"),
        oidc_secret=read.text("OIDC_SECRET"),
        websub=read.truth("WEBSUB", False),
        **_read_evidence(read),
    )


def _read_embedder(read: _Reader) -> str:
    embedder = read.text("EMBEDDER", "e5")
    if embedder not in {"e5", "hashing"} and _read_scheme(embedder) not in {"http", "https"}:
        raise WrongSetting(
            f"LEGATION_EMBEDDER is {embedder!r}; it must be e5, hashing or an http(s) address."
        )
    return embedder


def _read_evidence(read: _Reader) -> dict[str, Any]:
    """Read what concerns evidence copies."""
    place = read.text("EVIDENCE_STORAGE")
    if place and (_read_scheme(place) != "s3" or not urlsplit(place).netloc or "@" in place):
        raise WrongSetting(
            "LEGATION_EVIDENCE_STORAGE must be empty, s3://bucket or s3://bucket/folder; the key belongs "
            "into LEGATION_EVIDENCE_KEY."
        )
    has_endpoint = bool(read.text("EVIDENCE_ENDPOINT"))
    return {
        "evidence_storage": place,
        "evidence_endpoint": read.url("EVIDENCE_ENDPOINT", "", ("http", "https")) if has_endpoint else "",
        "evidence_region": read.text("EVIDENCE_REGION"),
        "evidence_key": read.text("EVIDENCE_KEY"),
        "evidence_secret": read.text("EVIDENCE_SECRET"),
        "evidence_days": read.number("EVIDENCE_DAYS", 1096, 0, 36_525),
        "evidence_picture_days": read.number("EVIDENCE_PICTURE_DAYS", 366, 0, 36_525),
        "evidence_obeys_robots": read.truth("EVIDENCE_OBEYS_ROBOTS", True),
        "browser": read.text("BROWSER"),
    }


def _read_scheme(address: str) -> str:
    """Return an address's scheme; "" where it is none, such as one with an unclosed bracket."""
    try:
        return urlsplit(address).scheme
    except ValueError:
        return ""


def _kept_secret(data_dir: Path) -> str:
    """Return the installation's own secret key, made on first use and readable by its owner only."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = data_dir / f"secret_key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        fresh.rename(path)  # whole or not at all, whenever the process is killed
    return path.read_text().strip()


class _Reader:
    """Typed access to one mapping, with errors that name the setting."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str, default: str = "") -> str:
        return self.environ.get(f"LEGATION_{name}", default).strip()

    def number(self, name: str, default: int, least: int, most: int) -> int:
        raw = self.text(name, str(default))
        if not _NUMBER.fullmatch(raw) or not least <= int(raw) <= most:
            raise WrongSetting(
                f"LEGATION_{name} is {raw!r}; it must be a whole number from {least} to {most}."
            )
        return int(raw)

    def truth(self, name: str, default: bool) -> bool:
        raw = self.text(name, "yes" if default else "no").lower()
        if raw not in {"yes", "no", "true", "false", "1", "0", "on", "off"}:
            raise WrongSetting(f"LEGATION_{name} is {raw!r}; it must be yes or no.")
        return raw in {"yes", "true", "1", "on"}

    def names(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name).split(",") if part.strip())

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        raw = self.text(name, default)
        if raw not in choices:
            raise WrongSetting(f"LEGATION_{name} is {raw!r}; it must be one of {', '.join(choices)}.")
        return raw

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        raw = self.text(name, default)
        if _read_scheme(raw) not in schemes:
            beginnings = " or ".join(f"{scheme}://" for scheme in schemes)
            raise WrongSetting(f"LEGATION_{name} is {raw!r}; it must begin with {beginnings}.")
        return raw

    def directory(self, name: str, default: Path) -> Path:
        raw = self.text(name)
        path = Path(raw).expanduser().resolve() if raw else default
        if path.exists() and not path.is_dir():
            raise WrongSetting(f"LEGATION_{name} is {str(path)!r}, which is not a folder.")
        return path
