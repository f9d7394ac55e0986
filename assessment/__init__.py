"""The assessment: one room per stage of its life, from the framework to the published ranking."""
