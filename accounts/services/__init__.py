"""The one door for changes of people, roles and territory."""

from accounts.services.api_tokens import create_token, revoke_token
from accounts.services.memberships import end_membership, grant_membership
from accounts.services.people import create_user, set_email_wish, set_language, update_user
from accounts.services.territory import (
    create_department,
    create_locality,
    create_region,
    update_department,
    update_locality,
    update_region,
)

__all__ = [
    "create_department",
    "create_locality",
    "create_region",
    "create_token",
    "create_user",
    "end_membership",
    "grant_membership",
    "revoke_token",
    "set_email_wish",
    "set_language",
    "update_department",
    "update_locality",
    "update_region",
    "update_user",
]
