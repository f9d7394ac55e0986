"""Commands around the product: set up, run, test, check."""
