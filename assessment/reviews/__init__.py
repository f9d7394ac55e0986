"""Source: verification of submissions and rubric scoring."""
