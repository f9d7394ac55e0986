"""One text for one document: the engine's, so that the designer and a bundle give the same."""

from assessment.engine.canonical import document_text as export_text
from assessment.engine.canonical import in_order

__all__ = ["export_text", "in_order"]
