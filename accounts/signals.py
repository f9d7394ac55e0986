"""What accounts announces; the audit room listens, so that accounts need not know it."""

from django.dispatch import Signal

# Sent by every service of this room inside its transaction, with the keywords
# action: str, by: User | None, at: datetime, target: Model | None, before: dict, after: dict.
account_changed = Signal()
