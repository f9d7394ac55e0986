"""How moments are written wherever a page does not say it itself, by language."""
