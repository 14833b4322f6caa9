"""Every wrong setting is refused by its own name, and what is not set has a default."""

from __future__ import annotations

import stat
from dataclasses import fields
from pathlib import Path

import pytest

from legation.config.environment import KNOWN, ROOT, Environment, WrongSetting, read_environment


@pytest.fixture
def read(tmp_path):
    """Return read(NAME=value, …), the settings of an installation in a folder of its own."""

    def reader(**given: str) -> Environment:
        settings = {f"LEGATION_{name}": value for name, value in given.items()}
        return read_environment({"LEGATION_DATA_DIR": str(tmp_path / "data"), **settings})

    return reader


WRONG = [
    ("PORT", "eighty", "a whole number from 1 to 65535"),
    ("PORT", "0", "from 1 to 65535"),
    ("PORT", "65536", "from 1 to 65535"),
    ("PORT", "-1", "from 1 to 65535"),
    ("PORT", "--1", "a whole number"),
    ("PORT", "²", "a whole number"),
    ("PORT", "", "a whole number"),
    ("SMTP_PORT", "25.5", "a whole number"),
    ("LEASE_SECONDS", "1", "from 2 to 86400"),
    ("WEB_WORKERS", "65", "from 1 to 64"),
    ("WORKER_THREADS", "0", "from 1 to 64"),
    ("DEBUG", "perhaps", "must be yes or no"),
    ("MULTI_FACTOR", "", "must be yes or no"),
    ("SMTP_SECURITY", "ssl", "one of none, starttls, tls"),
    ("BASE_URL", "desk.example.org", "begin with http:// or https://"),
    ("BASE_URL", "ftp://desk.example.org", "begin with http:// or https://"),
    ("BASE_URL", "http://[", "begin with http:// or https://"),
    ("DATABASE_URL", "mysql://localhost/desk", "begin with sqlite:// or postgresql://"),
    ("QUEUE_URL", "amqp://localhost", "begin with sqlite:// or redis:// or postgresql://"),
    ("EMBEDDER", "e6", "e5, hashing or an http(s) address"),
    ("EMBEDDER", "http://[", "e5, hashing or an http(s) address"),
]


@pytest.mark.parametrize(("name", "value", "hint"), WRONG, ids=lambda part: str(part)[:20])
def test_a_wrong_setting_is_refused_by_its_name_with_what_it_must_be(read, name, value, hint):
    with pytest.raises(WrongSetting) as refused:
        read(**{name: value})
    assert f"LEGATION_{name} " in str(refused.value)
    assert hint in str(refused.value)


@pytest.mark.parametrize("name", ["DATA_DIR", "COUNTRIES_DIR", "SOURCES_DIR"])
def test_a_file_where_a_folder_belongs_is_refused(read, tmp_path, name):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(WrongSetting, match=f"LEGATION_{name} is .*not a folder"):
        read(**{name: str(file)})


@pytest.mark.parametrize("name", ["LEGATION_PROT", "LEGATION_", "LEGATION_port"])
def test_an_unknown_setting_is_refused_by_its_name(name):
    with pytest.raises(WrongSetting, match=f"{name} is not a setting"):
        read_environment({name: "1"})


def test_what_belongs_to_other_programs_is_left_alone(read, tmp_path):
    environ = {"LEGATION_DATA_DIR": str(tmp_path), "PORT": "x", "LEGATION_PYTHON": "python3"}
    assert read_environment(environ).port == read().port


def test_every_field_of_the_settings_can_be_set():
    assert {f"LEGATION_{field.name.upper()}" for field in fields(Environment)} <= KNOWN


def test_what_is_not_set_has_a_default(read, tmp_path):
    environment = read()
    folder = tmp_path / "data"
    assert environment.data_dir == folder
    assert environment.database_url == f"sqlite:///{folder}/desk.sqlite3"
    assert environment.queue_url == f"sqlite:///{folder}/queue.sqlite3"
    assert (environment.host, environment.port) == ("127.0.0.1", 8000)
    assert environment.base_url == "http://localhost:8000"
    assert (environment.embedder, environment.smtp_security, environment.debug) == ("e5", "none", False)
    assert environment.countries_dir == ROOT / "countries"
    assert environment.fetch_allowed_hosts == ()


def test_settings_are_read_as_they_are_meant(read):
    environment = read(
        PORT=" 8080 ", DEBUG="On", COUNTRY="XX", FETCH_ALLOWED_HOSTS="a.example, ,b.example:8080",
        EMBEDDER="http://localhost:9000/v1", BASE_URL="https://desk.example.org/", ALLOWED_HOSTS="desk.lan",
    )  # fmt: skip
    assert (environment.port, environment.debug, environment.country) == (8080, True, "xx")
    assert environment.fetch_allowed_hosts == ("a.example", "b.example:8080")
    assert environment.embedder == "http://localhost:9000/v1"
    assert environment.base_url == "https://desk.example.org"
    assert {"desk.lan", "desk.example.org", "localhost"} <= set(environment.allowed_hosts)


def test_a_desk_that_listens_elsewhere_names_that_address(read):
    assert read(HOST="192.0.2.7", PORT="81").base_url == "http://192.0.2.7:81"


def test_a_folder_may_be_named_from_home_and_is_made_absolute(read, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read(SOURCES_DIR="~/sources").sources_dir == Path(tmp_path / "sources").resolve()


def test_the_secret_is_made_once_and_only_its_owner_reads_it(read, tmp_path):
    first = read().secret_key
    file = tmp_path / "data" / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(first) >= 64
    assert read().secret_key == first == file.read_text()


def test_a_secret_that_is_set_is_not_written_down(read, tmp_path):
    assert read(SECRET_KEY="a-secret-of-the-operator").secret_key == "a-secret-of-the-operator"
    assert not (tmp_path / "data" / "secret_key").exists()
