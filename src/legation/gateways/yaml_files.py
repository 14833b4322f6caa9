"""Read YAML files that people write, and say file and key where something in them is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_MAX_FILE_BYTES = 4_000_000  # the largest pack file is 30 kB; beyond this something else was dropped here


class UnusablePack(Exception):
    """A pack or source file cannot be used; the message names file, key and what to mend."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One mapping of a file, with the path that leads to it."""

    file: str
    path: str  # such as "places[3].label"; "" for the whole file
    values: dict[str, Any]

    def fail(self, key: str, message: str) -> UnusablePack:
        """Make the error for a key of this entry."""
        return UnusablePack(f"{self.file}: {_join(self.path, key) or 'file'}: {message}")

    def refuse_others(self, allowed: Iterable[str]) -> None:
        """Raise UnusablePack for a key that nobody reads, which is most often a misspelling."""
        known = set(allowed)
        for key in self.values:
            if key not in known:
                raise self.fail(key, f"unknown key; known are {', '.join(sorted(known))}.")

    def read_text(self, key: str, default: str | None = None) -> str:
        """Return a line of text; without a default the key must be there and not be empty."""
        value = self.values.get(key, default)
        if value is None:
            raise self.fail(key, "is missing.")
        if not isinstance(value, str):
            raise self.fail(key, f"must be text, not {value!r}; put it in quotes.")
        if default is None and not value.strip():
            raise self.fail(key, "must not be empty.")
        return value

    def read_number(self, key: str, default: float | None = None) -> float:
        """Return a number."""
        value = self.values.get(key, default)
        if value is None:
            raise self.fail(key, "is missing.")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(key, f"must be a number, not {value!r}.")
        return value

    def read_flag(self, key: str, default: bool = False) -> bool:
        """Return true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, f"must be true or false, not {value!r}.")
        return value

    def read_texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is absent and not required."""
        value = self.values.get(key)
        if value is None and not required:
            return ()
        if not isinstance(value, list) or (required and not value):
            raise self.fail(key, "must be a list of texts.")
        for number, item in enumerate(value):
            if not isinstance(item, str):
                raise self.fail(f"{key}[{number}]", f"must be text, not {item!r}; put it in quotes.")
        return tuple(value)

    def read_label(self, key: str = "label") -> dict[str, str]:
        """Return display names by language; English must be among them."""
        entry = self.read_entry(key)
        label = {language: entry.read_text(language) for language in entry.values}
        if "en" not in label:
            raise entry.fail("en", "is missing; every label has an English form.")
        return label

    def read_entry(self, key: str) -> Entry:
        """Return a mapping inside this one, empty where the key is absent."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(key, "must be a mapping of keys to values.")
        return _make_entry(self.file, _join(self.path, key), value)

    def read_entries(self, key: str) -> list[Entry]:
        """Return a list of mappings, empty where the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.fail(key, "must be a list.")
        entries = []
        for number, item in enumerate(value):
            path = f"{_join(self.path, key)}[{number}]"
            if not isinstance(item, dict):
                raise UnusablePack(f"{self.file}: {path}: must be a mapping, not {item!r}.")
            entries.append(_make_entry(self.file, path, item))
        return entries


def read_yaml(file: Path) -> Entry:
    """Read a YAML file whose top is a mapping, with safe types only.

    Raises UnusablePack where it is absent, too large, not UTF-8, not YAML, or something else than a mapping.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnusablePack(f"{file}: cannot be read: {error.strerror or error}.") from error
    if len(content) > _MAX_FILE_BYTES:
        raise UnusablePack(f"{file}: is larger than {_MAX_FILE_BYTES} bytes.")
    try:
        value = yaml.load(content.decode("utf-8"), Loader=_Loader)  # noqa: S506 - derived from the safe loader
    except UnicodeDecodeError as error:
        raise UnusablePack(f"{file}: is not UTF-8 text.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnusablePack(f"{file}: is not YAML: {error}") from error
    if not isinstance(value, dict):
        raise UnusablePack(f"{file}: must hold a mapping of keys to values.")
    return _make_entry(str(file), "", value)


class _Loader(yaml.SafeLoader):
    """The safe loader, without aliases (a "billion laughs" needs them) and without doubled keys."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not used in these files")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.YAMLError(
                    f"the key {key_node.value!r} stands twice, line {key_node.start_mark.line + 1}"
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def _make_entry(file: str, path: str, value: dict[Any, Any]) -> Entry:
    for key in value:
        if not isinstance(key, str):
            raise UnusablePack(f"{file}: {path or 'file'}: the key {key!r} is not text; put it in quotes.")
    return Entry(file=file, path=path, values=value)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path and key else path or key
