"""The house rules which no linter checks: sizes, names, docstrings, types and the direction of relations."""

import ast
import statistics
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "legation"
BANNED_NAMES = {
    *("utils", "util", "helpers", "helper", "common", "misc", "lib", "tools"),
    *("shed", "base", "core", "manager", "info", "data"),
}
MAX_MODULE_LINES, MAX_FUNCTION_LINES, MAX_MEDIAN_LINES = 500, 50, 130
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
ROOMS = [
    "shell",
    "people",
    "carry",
    "listen",
    "understand",
    "respond",
    "publish",
    "engage",
    "measure",
    "learn",
    "coordinate",
]


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_keeps_to_the_shape(path):
    text = path.read_text()
    tree = ast.parse(text)
    assert not BANNED_NAMES & {part.removesuffix(".py") for part in path.relative_to(SOURCE).parts}
    assert text.count("\n") <= MAX_MODULE_LINES
    assert ast.get_docstring(tree), "a module opens with its job in one sentence"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < MAX_FUNCTION_LINES, f"{node.name} is too long"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_functions_and_classes_say_what_they_do(path):
    for node in ast.parse(path.read_text()).body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_function_is_fully_typed(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.returns is not None, f"{node.name} does not say what it returns"
            named = [a for a in [*node.args.args, *node.args.kwonlyargs] if a.arg not in {"self", "cls"}]
            assert all(a.annotation for a in named), f"{node.name} has an untyped argument"


def test_the_median_module_is_short():
    sizes = [path.read_text().count("\n") for path in MODULES if path.name != "__init__.py"]
    assert statistics.median(sizes) <= MAX_MEDIAN_LINES


def test_database_relations_point_down_the_story():
    # Django relations are strings ("listen.Article"), so import-linter cannot see them.
    from django.apps import apps

    seen = 0
    for model in apps.get_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if field.auto_created or not target or isinstance(target, str):
                continue
            here, there = model._meta.app_label, target._meta.app_label
            if here in ROOMS and there in ROOMS:
                seen += 1
                assert ROOMS.index(there) <= ROOMS.index(here), field
    assert seen > 20


def test_nothing_imports_a_room_above_by_string():
    for room in ROOMS:
        for path in (SOURCE / "desk" / room).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for above in ROOMS[ROOMS.index(room) + 1 :]:
                assert f"legation.desk.{above}" not in path.read_text(), f"{name_of(path)} names room {above}"
