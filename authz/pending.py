"""Rows of the matrices that no field uses yet, by the feature that will use them.

The start-up check lets no other action wait, and none that a field uses already.
"""

from __future__ import annotations

PENDING: dict[str, tuple[str, ...]] = {
    "one's own sign-in and notifications": (
        "employer_account.change_own_password",
        "employer_account.change_own_email",
        "employer_account.set_notification_preferences",
        "employer_account.set_advert_notification_preferences",
    ),
    "apprentice requests and apprenticeships": (
        "apprentice_request.read",
        "apprentice_request.create",
        "apprentice_request.update",
        "apprentice_request.delete",
        "apprentice_request.send",
        "apprentice_request.approve",
        "apprenticeship.propose_change",
        "apprenticeship.accept_change",
        "apprenticeship.reject_change",
        "apprenticeship.pause",
        "apprenticeship.resume",
        "apprenticeship.stop",
        "apprenticeship.request_change_of_provider",
        "employer_account.set_payment_priority",
    ),
    "public sector reports": (
        "public_sector_report.read",
        "public_sector_report.save",
        "public_sector_report.submit",
    ),
    "training providers": (
        "provider_link.create",
        "provider_link.read",
        "provider_link.set_permissions",
    ),
    "adverts": (
        "advert.read",
        "advert.create",
        "advert.update",
        "advert.clone",
        "advert.close",
        "advert.delete",
        "advert.publish",
        "advert.review",
        "advert.record_outcome",
    ),
    "reservations": (
        "reservation.read",
        "reservation.create",
        "reservation.add_apprentice",
        "reservation.delete",
    ),
    "finance": (
        "transaction.read",
        "transaction.download",
        "funding_projection.read",
        "funding_projection.download",
        "funding_projection.estimate",
        "transfer_connection.read",
        "transfer_connection.send",
        "transfer_connection.approve",
        "transfer_connection.decline",
        "transfer_request.read",
        "transfer_request.send",
        "transfer_request.approve",
        "transfer_request.decline",
        "incentive_application.read",
        "incentive_application.cancel",
        "incentive_application.create",
        "incentive_application.submit_details",
        "incentive_application.amend_details",
    ),
    "the ambassador network": ("aan.read",),
}
"""Feature not built yet: the actions that wait for it."""


def pending_actions() -> frozenset[str]:
    """Return every action that waits for a feature."""
    return frozenset(action for actions in PENDING.values() for action in actions)
