"""A document as text and tables for word processors (DOCX), from its one form as HTML.

The template that is printed is read element by element, so what an office edits says what the
signed PDF says. Same contents, same bytes.
"""

from assessment.reports.word.document import DOCX_TYPE, render_docx

__all__ = ["DOCX_TYPE", "render_docx"]
