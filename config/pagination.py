"""Pages of the API's lists."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response

from assessment.cycles.queries import installation_notice_document

_TEXT = {"type": "string"}
_NOTICE = {
    "type": "object",
    "nullable": True,
    "description": _("Says that the data are a demonstration; null where they are real."),
    "properties": {"zh-Hans": _TEXT, "en": _TEXT},
}


class NoticedPages(PageNumberPagination):
    """Numbered pages that say, beside the count, whether the data are a demonstration."""

    def get_paginated_response(self, data: Any) -> Response:
        """Add ``notice`` to the page."""
        response = super().get_paginated_response(data)
        response.data["notice"] = installation_notice_document()
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe ``notice``."""
        page = super().get_paginated_response_schema(schema)
        page["properties"]["notice"] = _NOTICE
        return page
