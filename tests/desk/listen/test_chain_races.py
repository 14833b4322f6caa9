"""The chain has no gap and no fork, whoever adds to it at the same time, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_many_hands_at_once_make_one_chain(vendor: str, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LEGATION_")}
    environ |= {"PYTHONPATH": str(ROOT / "src"), "XDG_RUNTIME_DIR": str(tmp_path)}
    # A socket's path may have 107 characters, and pytest's own folders are long.
    with tempfile.TemporaryDirectory(prefix="pg") as server_dir:
        server = f"{server_dir}/data" if vendor == "postgresql" else ""
        program = str(ROOT / "tests/desk/listen/chain_race.py")
        words = [sys.executable, program, server, str(tmp_path)]
        done = subprocess.run(words, env=environ, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {
        "vendor": vendor,
        "failures": 18,
        "is_gapless": True,
        "count": 72,
        "problems": [],
        "states": ["none", "waiting", "['test:0', 'test:2']", "2", "0"],
    }
