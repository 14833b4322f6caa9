"""A restore checks the whole archive first, and never throws away what stood there."""

import io
import json
import tarfile

import pytest
from tests.cli.conftest import list_files

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def archive(furnished, legation, tmp_path_factory):
    target = tmp_path_factory.mktemp("archive") / "backup.tar.gz"
    answer = legation("backup", target, on=furnished)
    assert answer.returncode == 0, answer.stderr
    return target


def rewrite(archive, target, change):
    """Copy an archive; change(members) gets the content of each member by its name and may alter it."""
    with tarfile.open(archive) as old:
        members = {entry.name: old.extractfile(entry).read() for entry in old}
    change(members)
    with tarfile.open(target, "w:gz") as new:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    return target


def cut(archive, target):
    target.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    return target


def flip(archive, target):
    def change(members):
        content = bytearray(members["desk.sqlite3"])
        content[len(content) // 2] ^= 0xFF
        members["desk.sqlite3"] = bytes(content)

    return rewrite(archive, target, change)


def lose(archive, target):
    name = next(iter(name for name in _names(archive) if name.startswith("media/")))
    return rewrite(archive, target, lambda members: members.pop(name))


def smuggle(archive, target):
    return rewrite(archive, target, lambda members: members.update({"demo.json": b"{}"}))


def climb(archive, target):
    return rewrite(archive, target, lambda members: members.update({"../outside": b"x"}))


def forget(archive, target):
    return rewrite(archive, target, lambda members: members.pop("manifest.json"))


def empty(archive, target):
    """A manifest that lists no database."""
    return rewrite(
        archive,
        target,
        lambda members: members.update({"manifest.json": json.dumps({"sha256": {}}).encode()}),
    )


@pytest.mark.parametrize("damage", [cut, flip, lose, smuggle, climb, forget, empty])
def test_a_damaged_archive_is_refused_and_nothing_changed(archive, desk, legation, tmp_path, damage):
    damaged, before = damage(archive, tmp_path / "damaged.tar.gz"), list_files(desk)
    answer = legation("restore", damaged, "--replace", on=desk)
    assert answer.returncode == 2, answer.stderr
    assert "nothing was changed" in answer.stderr
    assert list_files(desk) == before
    assert not (tmp_path / "outside").exists()


def test_a_standing_desk_is_replaced_only_when_told_to_and_kept_aside(archive, desk, legation, tmp_path):
    before = list_files(desk)
    answer = legation("restore", archive, on=desk)
    assert answer.returncode == 2
    assert "--replace" in answer.stderr
    assert list_files(desk) == before
    answer = legation("restore", archive, "--replace", on=desk)
    assert answer.returncode == 0, answer.stderr
    (aside,) = desk.glob("replaced-*")
    assert (aside / "desk.sqlite3").read_bytes() == before["desk.sqlite3"]
    assert (aside / "secret_key").read_bytes() == before["secret_key"]


def _names(archive):
    with tarfile.open(archive) as opened:
        return opened.getnames()
