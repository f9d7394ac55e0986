"""Pages of the locality's form and of the board."""
