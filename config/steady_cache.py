"""The shared cache on Redis, which goes on in the database while Redis does not answer.

The cache holds counters: tries to sign in, requests of programs, verified bundles. Without it
nobody could sign in; with no counting instead, everybody could try passwords without limit.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import BaseCache, caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# The alias of the cache that stands in.
STAND_IN = "database"
# After a failure this process asks Redis no more for so long: each question could wait for
# the same dead server.
PAUSE_SECONDS = 5.0


class _Server:
    """Whether Redis answered this process lately; every thread has a cache object of its own."""

    silent_until = 0.0


def _steady(name: str) -> Callable[..., Any]:
    def method(self: "SteadyRedisCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= _Server.silent_until:
            try:
                return getattr(super(SteadyRedisCache, self), name)(*args, **kwargs)
            except RedisError:  # gone, silent, loading, out of memory, a replica that only reads
                _Server.silent_until = time.monotonic() + PAUSE_SECONDS
                log.exception("Redis does not answer: the cache goes on in the database")
        stand_in: BaseCache = caches[STAND_IN]
        return getattr(stand_in, name)(*args, **kwargs)

    method.__name__ = name
    method.__doc__ = f"As ``BaseCache.{name}``, in Redis or the stand-in."
    return method


class SteadyRedisCache(RedisCache):
    """``RedisCache`` whose every question is answered by the stand-in while Redis is silent."""

    add = _steady("add")
    get = _steady("get")
    set = _steady("set")
    touch = _steady("touch")
    delete = _steady("delete")
    get_many = _steady("get_many")
    has_key = _steady("has_key")
    incr = _steady("incr")
    set_many = _steady("set_many")
    delete_many = _steady("delete_many")
    clear = _steady("clear")
