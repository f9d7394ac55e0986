"""The tables of who and where."""

from accounts.models.membership import Membership
from accounts.models.sending import SentForm
from accounts.models.territory import Department, Locality, Region
from accounts.models.user import User

__all__ = ["Department", "Locality", "Membership", "Region", "SentForm", "User"]
