"""The tables of who and where."""

from accounts.models.api_token import ApiToken
from accounts.models.membership import Membership
from accounts.models.sending import SentForm
from accounts.models.territory import Department, Locality, Region
from accounts.models.user import User

__all__ = ["ApiToken", "Department", "Locality", "Membership", "Region", "SentForm", "User"]
