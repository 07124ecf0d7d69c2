"""The commands of employer accounts and their teams, in the order of the schema."""

from resolvers.employer_account import accounts, agreements, teams

COMMANDS = (
    accounts.create_account,
    accounts.rename_account,
    agreements.accept_agreement,
    accounts.add_paye_scheme,
    accounts.remove_paye_scheme,
    accounts.add_legal_entity,
    accounts.remove_legal_entity,
    teams.invite_user,
    teams.cancel_invitation,
    teams.accept_invitation,
    teams.change_role,
    teams.remove_user,
    teams.leave_account,
)
