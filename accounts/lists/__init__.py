"""Lists of every room: one description, one way to read the query, one page.

A room describes its list with ``Column``, ``Search``, ``Filter`` and ``Switch`` and hands it
with the rows and the query to ``read_stored`` or ``read_computed``. The components
``list_toolbar``, ``list_head``, ``list_empty`` and ``pagination`` show the result.
"""

from accounts.lists.description import (
    Choice,
    Column,
    Filter,
    Search,
    Switch,
    field_choices,
    value_choices,
)
from accounts.lists.page import ListPage, list_csv, read_computed, read_stored

__all__ = [
    "Choice",
    "Column",
    "Filter",
    "ListPage",
    "Search",
    "Switch",
    "field_choices",
    "list_csv",
    "read_computed",
    "read_stored",
    "value_choices",
]
