"""Our packages have plain names; no installed distribution may take one of them from us."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ["authz", "bench", "db", "engine", "resolvers", "schema", "server"]


@pytest.mark.parametrize("name", PACKAGES)
def test_an_import_from_any_folder_finds_our_package(name, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", f"import {name}; print({name}.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert Path(done.stdout.strip()) == ROOT / name / "__init__.py"


@pytest.mark.parametrize("name", PACKAGES)
def test_no_distribution_but_ours_installs_the_name(name):
    assert set(packages_distributions().get(name, [])) <= {"fieldgate"}


@pytest.mark.parametrize("name", PACKAGES)
def test_the_package_tells_type_checkers_that_it_is_typed(name):
    assert (ROOT / name / "py.typed").is_file()
