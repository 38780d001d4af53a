"""The house: where things stand, how long they may be, who may import whom."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "mailproc"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations/versions" not in path.as_posix())
TEXTS = (".py", ".toml", ".md", ".txt", ".j2", ".cfg", ".yml", ".yaml", ".sh", "")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
TOP_LEVEL = {"admin", "cli", "clock", "config", "core", "daemon", "demo", "edge", "errors", "flow", "mail", "maillog"}
TOP_LEVEL |= {"policy", "service", "store", "__init__", "__main__"}
PURE = ("core", "policy", "mail")
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(tree: ast.Module) -> Iterator[str]:
    """The names of all modules that are imported, at whatever depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def repository_files() -> list[Path]:
    """Every text that belongs to the repository."""
    apart = {".git", ".venv", ".hypothesis", "__pycache__", "var", "build", "dist", "node_modules"}
    found = (path for path in ROOT.rglob("*") if path.is_file() and path.suffix in TEXTS)
    parts = ((path, set(path.relative_to(ROOT).parts[:-1])) for path in found)
    return [path for path, folders in parts if not folders & apart and not any(".egg" in one for one in folders)
            and not any(one.endswith("_cache") for one in folders)]  # fmt: skip


def test_the_modules_are_found():
    assert len(MODULES) > 50
    assert any(path.name == "Makefile" for path in repository_files())


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_each_module_opens_with_a_sentence(path: Path):
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py" and not text:
        pytest.fail(f"{named(path)}: empty; say in one sentence what the folder holds")
    doc = ast.get_docstring(ast.parse(text)) or ""
    first = doc.partition("\n\n")[0].partition("\n  ")[0]
    assert re.match(r"^\S.*[.:?]$", first.replace("\n", " ")), f"{named(path)}: begins with no sentence: {first!r}"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_and_no_function_is_too_long(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_MODULE
    long = [one.name for one in functions(ast.parse(text)) if (one.end_lineno or 0) - one.lineno + 1 > LONGEST_FUNCTION]
    assert long == []


def test_half_the_modules_are_short():
    lengths = sorted(path.read_text(encoding="utf-8").count("\n") for path in MODULES)
    assert lengths[len(lengths) // 2] < 150


def test_half_the_functions_are_about_ten_lines_or_less():
    lengths = sorted(
        (one.end_lineno or 0) - one.lineno + 1
        for path in MODULES
        for one in functions(ast.parse(path.read_text(encoding="utf-8")))
    )
    assert lengths[len(lengths) // 2] <= 12


def test_the_package_holds_what_the_map_says_and_nothing_else():
    found = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert found - {"py"} <= TOP_LEVEL
    assert {path.stem for path in MODULES} & VAGUE == set()


@pytest.mark.parametrize("path", [one for one in MODULES if one.relative_to(PACKAGE).parts[0] in PURE], ids=named)
def test_what_is_pure_has_no_clock_no_socket_no_disk_and_no_chance(path: Path):
    banned = {"asyncio", "socket", "sqlite3", "sqlalchemy", "sqlmodel", "logging", "os", "random", "time", "subprocess"}
    banned |= {"structlog", "threading", "urllib.request", "http.client", "secrets", "tempfile", "shutil"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set(imported(tree))
    assert {name for name in names if name.partition(".")[0] in banned or name in banned} == set()
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called & {"open", "print", "input", "exec", "eval"} == set()


def test_the_environment_is_read_by_the_configuration_and_the_command_line_alone():
    readers = {
        path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for path in MODULES
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
    }
    assert readers <= {"config", "cli"}


def test_imports_point_one_way():
    program = Path(sys.executable).parent / "lint-imports"
    if not program.exists():
        pytest.skip("import-linter is not installed: run make test")
    if any(not (PACKAGE / f"{name}.py").exists() for name in _layers()):
        missing = [name for name in _layers() if not (PACKAGE / f"{name}.py").exists()]
        pytest.skip(f"layers of the import contract are not there yet: {', '.join(missing)}")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _layers() -> list[str]:
    """The top-level modules, not folders, that the contract names."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    names = {name.strip() for layer in contracts[0]["layers"] for name in layer.split("|")}
    return sorted(short for name in names if not (PACKAGE / (short := name.removeprefix("mailproc."))).is_dir())


def test_nothing_names_a_registry_or_a_machine_s_own_path():
    hosts = r"(files\.pythonhosted\.org|\bpypi\.org/simple|registry\.npmjs\.org|crates\.io/api|--index-url|extra-index)"
    places = r"(/home/[a-z]|/Users/|/root/|/work/|/tmp/w/)"
    found = [
        f"{named(path)}: {match[0]}"
        for path in repository_files()
        if path != Path(__file__)
        for match in re.finditer(f"{hosts}|{places}", path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_no_work_is_left_for_later_in_a_comment():
    words = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    assert [named(path) for path in MODULES if words.search(path.read_text(encoding="utf-8"))] == []


def test_every_dependency_is_pinned_in_the_constraints():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    folded = {name.lower().replace("_", "-") for name in pinned}
    assert {re.split(r"[<>=!~\[ ]", one)[0].lower() for one in wanted} - folded == set()


@pytest.mark.parametrize(("ci", "failed"), [("true", 1), ("", 0)])
def test_a_skipped_test_is_told_last_and_in_ci_a_service_may_not_be_skipped(tmp_path: Path, ci: str, failed: int):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "def test_plain(): pytest.skip('no corpora')\n"
        "@pytest.mark.service\n"
        "def test_service(): pytest.skip('no postfix')\n"
    )
    program = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(program, env={**os.environ, "CI": ci}, capture_output=True, text=True, check=False)
    assert done.returncode == failed
    last = ["SKIPPED 1: NO CORPORA", "    test_it.py::test_plain"]
    last += [] if ci else ["SKIPPED 1: NO POSTFIX", "    test_it.py::test_service"]
    assert done.stdout.splitlines()[-len(last) :] == last
    assert ("may not be skipped in CI: no postfix" in done.stdout) == bool(ci)


def test_the_makefile_tells_of_each_of_its_targets():
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed: its help cannot be tried")
    told = subprocess.run(
        [make, "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert targets is not None
    assert [line.split()[1] for line in told.splitlines()] == targets[1].split()
