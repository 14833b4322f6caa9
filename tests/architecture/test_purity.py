"""The engine and the gateways stand on their own feet."""

import subprocess
import sys


def run_probe(package: str, forbidden: set[str]) -> None:
    probe = (
        f"import sys, pkgutil, importlib, {package} as package\n"
        f"[importlib.import_module(m.name) for m in pkgutil.walk_packages(package.__path__, '{package}.')]\n"
        f"found = {forbidden!r} & set(sys.modules)\n"
        "sys.exit(f'loaded {found}' if found else 0)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", probe], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_engine_loads_without_django_or_network():
    run_probe("legation.engine", {"django", "wagtail", "aiohttp", "huey", "onnxruntime"})


def test_the_gateways_load_without_django():
    run_probe("legation.gateways", {"django", "wagtail"})
