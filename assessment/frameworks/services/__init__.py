"""Changes of frameworks: the one door for pages, commands and other rooms."""

from assessment.frameworks.services.nodes import add_node, remove_node, update_node
from assessment.frameworks.services.saving import StaleRevisionError
from assessment.frameworks.services.versions import (
    create_framework,
    create_from_library,
    create_version,
    freeze_version,
    import_document,
)

__all__ = [
    "StaleRevisionError",
    "add_node",
    "create_framework",
    "create_from_library",
    "create_version",
    "freeze_version",
    "import_document",
    "remove_node",
    "update_node",
]
