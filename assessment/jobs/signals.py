"""What other rooms may listen to: the audit log stands beside this room, not below it."""

from django.dispatch import Signal

# Sent inside the transaction with job, action ("cancel" or "retry"), by, at.
job_steered = Signal()
