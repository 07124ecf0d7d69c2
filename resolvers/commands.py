"""All commands, subject by subject, in the order of the schema."""

from resolvers.apprentice_records import commands as apprentice_records
from resolvers.employer_account import commands as employer_account
from resolvers.inspections import commands as inspections

COMMANDS = (
    *employer_account.COMMANDS,
    *apprentice_records.COMMANDS,
    *inspections.COMMANDS,
)
