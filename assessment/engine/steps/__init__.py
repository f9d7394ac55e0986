"""The steps before normalisation, in the order they act, on localities × indicators."""
