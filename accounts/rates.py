"""How often somebody may have something costly in a minute, counted in the shared cache."""

from datetime import datetime

from django.core.cache import cache

# Longer than the minute that is counted.
_KEPT_SECONDS = 120


def may_again(what: str, who: object, most: int, at: datetime) -> bool:
    """Count one more ``what`` of ``who``; False once the minute's ``most`` are used up."""
    key = f"{what}-{who}-{at:%Y%m%d%H%M}"
    if cache.add(key, 1, timeout=_KEPT_SECONDS):
        return True
    try:
        return cache.incr(key) <= most
    except ValueError:  # its time was over meanwhile, or another cache has to stand in
        cache.set(key, 1, timeout=_KEPT_SECONDS)
        return True


def seconds_left(at: datetime) -> int:
    """Until the next minute begins, at least one."""
    return 60 - at.second
