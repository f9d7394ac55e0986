"""The order in which places and people are locked: regions first, then the person."""

from accounts.models import Region


def lock_regions() -> None:
    """Lock every region until the transaction ends, in one order.

    Which localities a region has and who holds a role in them are two tables that one rule
    looks at: whoever writes to either takes the region first. A grant concerns whatever regions
    the person works for, which is not known before; regions are few and grants rare.
    """
    list(Region.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
