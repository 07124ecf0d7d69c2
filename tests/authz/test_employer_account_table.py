"""The published table of D0, copied by hand from the page, against the policy as exported."""

import csv
import io
from itertools import pairwise

import pytest

from authz.policy import Policy
from authz.publishing.export import render

COLUMNS = ("owner", "transactor", "viewer", "aan")

# As the page has it, row by row; [Y] is a cell that the page lost and that is restored here.
# "See notes" stands where the page says so, and the note follows in NOTES.
TABLE = """
Manage organisation         | Create account                                           | Y   | See notes | See notes | X
Manage organisation         | Change account name                                      | Y   | X   | X   | X
Manage organisation         | View agreements / agreement history                      | Y   | Y   | Y   | X
Manage organisation         | Accept agreement                                         | Y   | X   | X   | X
Manage organisation         | Download agreement                                       | Y   | X   | X   | X
Manage organisation         | Add/ remove PAYE schemes                                 | Y   | X   | X   | X
Manage organisation         | Add/ remove organisation                                 | Y   | X   | X   | X
Manage organisation         | Invite/ edit/ remove users                               | Y   | X   | X   | X
Manage user account         | Change own password                                      | Y   | Y   | Y   | X
Manage user account         | Change own email address                                 | Y   | Y   | Y   | X
Manage user account         | Set own email notification preferences                   | Y   | Y   | Y   | X
Manage your apprentices     | View apprentice requests                                 | Y   | Y   | X   | X
Manage your apprentices     | Create / edit / delete apprentice requests               | Y   | Y   | X   | X
Manage your apprentices     | Approve / send apprentice request                        | Y   | Y   | X   | X
Manage your apprentices     | View apprenticeships                                     | Y   | Y   | X   | X
Manage your apprentices     | Edit / accept / reject changes to apprenticeships        | Y   | Y   | X   | X
Manage your apprentices     | Edit apprenticeship status                               | Y   | Y   | X   | X
Manage your apprentices     | Request change of provider                               | Y   | Y   | X   | X
Manage your apprentices     | Set payment priority                                     | Y   | Y   | X   | X
Reporting                   | Public sector reporting                                  | Y   | Y   | X   | X
Your training providers     | Add training provider                                    | [Y] | X   | X   | X
Your training providers     | View provider permissions                                | [Y] | Y   | Y   | X
Your training providers     | Set provider permissions                                 | [Y] | X   | X   | X
Apprenticeship adverts      | View adverts                                             | [Y] | Y   | Y   | X
Apprenticeship adverts      | Create an advert                                         | [Y] | Y   | X   | X
Apprenticeship adverts      | Edit / clone / close / delete/ publish an advert         | [Y] | Y   | X   | X
Apprenticeship adverts      | Review (approve / reject) advert created by a provider   | Y   | Y   | X   | X
Apprenticeship adverts      | Record application outcome                               | [Y] | Y   | X   | X
Apprenticeship adverts      | Set email notification preferences (related to adverts)  | [Y] | Y   | X   | X
Reservations                | View reservations                                        | [Y] | [Y] | [Y] | X
Reservations                | Reserve funding                                          | [Y] | [Y] | X   | X
Reservations                | Add apprentices to reservations                          | [Y] | [Y] | X   | X
Reservations                | Delete a reservation                                     | [Y] | [Y] | X   | X
Your finance                | View transactions                                        | Y   | Y   | Y   | X
Your finance                | Download transactions                                    | Y   | Y   | Y   | X
Your finance                | View funding projections                                 | Y   | Y   | Y   | X
Your finance                | Download funding projections                             | Y   | Y   | Y   | X
Your finance                | Estimate funding                                         | Y   | Y   | Y   | X
Your finance                | View/ send/ approve/ decline connection requests         | Y   | X   | X   | X
Your finance                | View/ send/ approve/ decline transfer requests           | Y   | X   | X   | X
Your finance                | View / cancel applications to 'hire a new apprentice payment' | Y | Y | X | X
Your finance                | Apply for 'hire a new apprentice payment'                | Y   | Y   | X   | X
Your finance                | Submit organisation and finance details related to 'hire a new apprentice payments' | Y | Y | X | X
Your finance                | Amend organisation and finance details related to 'hire a new apprentice payments'  | Y | Y | X | X
Apprenticeship Ambassador Network (AAN) | Access the Apprenticeship Ambassador Network section | Y | Y | Y | Y
"""

OWNER_ALONE = {2, 4, 5, 6, 7, 8, 21, 23, 39, 40}
ABOUT_ONESELF = {1, 9, 10, 11, 29}
NON_LEVY = {30, 31, 32, 33}
NOTES = {
    1: """
        When an account is created the user who creates it is the Owner.
        A "Transactor" or a "Viewer" can open a separate account and when they do they will also be
        assigned the "Owner" role for that account but they remain a transactor or viewer in this
        account until assigned that role by an owner. (D0-11, D0-12, D0-13)
    """,
    **dict.fromkeys(NON_LEVY, "Applicable to non-levy paying employers only"),
    45: """
        Users with minimal access to the Employer services permission will only be able to access
        the AAN section of the account. (D0-15)
    """,
}

ROWS = {
    number: [cell.strip() for cell in line.split("|")]
    for number, line in enumerate(TABLE.strip().splitlines(), start=1)
}
EACH_ROW = pytest.mark.parametrize("number", ROWS, ids=lambda number: f"M{number:02}")


@pytest.fixture(scope="module")
def export() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(Policy.load(), "csv"))))


def of_row(export: list[dict[str, str]], number: int, column: str) -> list[dict[str, str]]:
    role = column if column == "signed_in" else f"employer_account.{column}"
    source = f"D0-M{number:02}"
    return [line for line in export if line["source"] == source and line["role"] == role]


def test_the_table_has_180_cells_of_which_the_page_lost_17() -> None:
    cells = [cell for row in ROWS.values() for cell in row[2:]]
    assert len(ROWS) == 45
    assert len(cells) == 180
    assert cells.count("[Y]") == 17
    assert set(cells) == {"Y", "[Y]", "X", "See notes"}


@EACH_ROW
@pytest.mark.parametrize("column", COLUMNS)
def test_every_cell_is_exported_as_the_page_has_it(export, number: int, column: str) -> None:
    _, feature, *cells = ROWS[number]
    cell = cells[COLUMNS.index(column)]
    lines = of_row(export, number, column)
    assert lines
    allowed = cell != "X"
    for line in lines:
        assert line["system"] == "employer_account"
        assert line["feature"] == feature
        assert line["effect"] == ("allow" if allowed else "deny")
        assert line["restored"] == ("true" if cell == "[Y]" else "false")
        scope = "self" if number in ABOUT_ONESELF else "organisation"
        assert line["scope"] == (scope if allowed else "")
        when = {1: "not_only_aan", **dict.fromkeys(NON_LEVY, "non_levy")}.get(number, "")
        assert line["when"] == (when if allowed else "")
        assert line["fields"] == ""


@EACH_ROW
def test_only_an_account_can_be_created_without_a_role(export, number: int) -> None:
    effects = {line["effect"] for line in of_row(export, number, "signed_in")}
    assert effects == ({"allow"} if number == 1 else {"deny"})


@EACH_ROW
def test_the_notes_column_stands_on_every_cell_of_its_row(export, number: int) -> None:
    for column in COLUMNS:
        for line in of_row(export, number, column):
            assert line["note"] == " ".join(NOTES.get(number, "").split())


def test_creating_an_account_is_allowed_to_all_but_aan(export) -> None:
    lines = [of_row(export, 1, column) for column in COLUMNS]
    assert [[line["effect"] for line in cell] for cell in lines] == [
        ["allow"],
        ["allow"],
        ["allow"],
        ["deny"],
    ]


@EACH_ROW
def test_every_row_opens_to_an_owner_first(export, number: int) -> None:
    effects = [of_row(export, number, column)[0]["effect"] for column in COLUMNS]
    assert effects[0] == "allow"
    assert all(more == "allow" or less == "deny" for more, less in pairwise(effects))
    assert (effects.count("allow") == 1) == (number in OWNER_ALONE)
    assert (effects[3] == "allow") == (number == 45)


def test_no_other_row_claims_a_line_of_the_page(export) -> None:
    cited = {line["source"] for line in export if line["source"].startswith("D0-M")}
    assert cited == {f"D0-M{number:02}" for number in ROWS}
