"""Source: forms, drafts, evidence, sign-off."""
