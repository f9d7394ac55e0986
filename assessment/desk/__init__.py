"""The start page and navigation of those who work here."""
