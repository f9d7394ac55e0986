"""Public pages: of one publication, of the site, and files."""
