"""Start-up check of what npm must provide for the charts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register("charts")
def check_echarts(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn, with the exact command, where the program that draws the charts is missing."""
    if Path(settings.ECHARTS_FILE).is_file():
        return []
    return [
        Warning(
            f"{settings.ECHARTS_FILE} is missing: "
            "pages are shown without charts, and evaluation reports cannot be made.",
            hint=f"cd {settings.BASE_DIR} && npm ci --ignore-scripts",
            id="charts.W001",
        )
    ]
