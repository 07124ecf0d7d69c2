"""The lock files pin all that is installed, by hash, and do not say where it comes from."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PYTHON_LOCKS = ["requirements/all.txt", "requirements/bootstrap.txt"]
NODE_PROJECTS = ["bench/peers", "playground", "tests/browser", "tests/clients", "tests/http_audit"]
PACKAGES = {"authz", "bench", "db", "engine", "resolvers", "schema", "server"}
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; [^\\\n]+)? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)


def locked(path: str) -> dict[str, str]:
    """Name and version of each package of a Python lock."""
    return {m["name"]: m["version"] for m in ENTRY.finditer((ROOT / path).read_text())}


def declared() -> list[str]:
    """Every requirement of pyproject.toml, of the application and of its groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"].values()
    return [*project["project"]["dependencies"], *(line for group in groups for line in group)]


@pytest.mark.parametrize("path", PYTHON_LOCKS)
def test_a_python_lock_holds_pinned_and_hashed_packages_and_nothing_else(path):
    text = (ROOT / path).read_text()
    assert locked(path)
    assert ENTRY.sub("", text) == ""


@pytest.mark.parametrize("path", PYTHON_LOCKS)
def test_no_locked_package_is_called_like_one_of_ours(path):
    assert not PACKAGES & locked(path).keys()


@pytest.mark.parametrize("line", declared())
def test_the_lock_satisfies_what_the_project_declares(line):
    requirement = Requirement(line)
    version = locked("requirements/all.txt")[canonicalize_name(requirement.name)]
    assert version in requirement.specifier


@pytest.mark.parametrize("folder", NODE_PROJECTS)
def test_a_node_lock_holds_hashed_packages_and_no_address(folder):
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    declaration = json.loads((ROOT / folder / "package.json").read_text())
    root = packages.pop("")
    for kind in ["dependencies", "devDependencies"]:
        assert root.get(kind) == declaration.get(kind)
    assert packages
    for package in packages.values():
        assert package["integrity"].startswith("sha512-")
        package.pop("funding", None)  # whom to thank, not where it comes from
    assert "://" not in json.dumps(packages)


@pytest.mark.parametrize(
    "path",
    ["Makefile", ".ci/run", "pyproject.toml", *(f"{folder}/.npmrc" for folder in NODE_PROJECTS)],
)
def test_the_set_up_names_no_address(path):
    assert "://" not in (ROOT / path).read_text()
