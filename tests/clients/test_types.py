"""TypeScript types are generated from schema.graphql, and strict programs that use them compile."""

from pathlib import Path

import pytest

from programs import run


@pytest.fixture(scope="module")
def generated(workshop: Path) -> str:
    """What the generator writes."""
    run("node_modules/.bin/graphql-codegen", folder=workshop)
    return (workshop / "src" / "generated.ts").read_text()


def test_whatever_may_be_withheld_is_nullable(generated):
    assert "warnings: Array<AccountWarning> | null" in generated
    assert "levyStatus: LevyStatus | null" in generated


def test_the_edges_of_a_visible_connection_never_are(generated):
    assert "totalCount: number, edges: Array<{ cursor: string, node: {" in generated


@pytest.mark.usefixtures("generated")
def test_the_programs_compile_and_a_value_that_may_be_withheld_must_be_looked_at(workshop):
    """types.ts expects an error where the null is forgotten; without one it does not compile."""
    assert "@ts-expect-error" in (workshop / "src" / "types.ts").read_text()
    assert run("node_modules/.bin/tsc", "--strict", folder=workshop) == ""
