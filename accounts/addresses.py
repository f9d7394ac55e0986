"""Addresses of the same list with another filter, search or order."""

from django.http import QueryDict


def query_url(chosen: QueryDict, **changes: str) -> str:
    """The present query with these parameters changed; an empty one is left out.

    Search, order and the other filters stay; the list begins at its first page again.
    """
    query = chosen.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
