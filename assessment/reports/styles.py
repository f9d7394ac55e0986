"""The style sheets of printed documents."""

from typing import Final

# Set over the other one where a report would end on a page that is almost empty.
REPORT_STYLES: Final = ("reports/report.css", "reports/closer.css")
