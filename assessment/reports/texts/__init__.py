"""The wording of an office in its documents: which texts there are, their placeholders, their use.

``catalogue`` lists the texts with their standard wording, ``placeholders`` finds and fills what
stands in braces, ``in_force`` reads what a region wrote, ``values`` says what the placeholders
become, ``samples`` shows it. Plain named placeholders, no template language: a text is text.
"""
