"""Tests of validation rules, one file for each kind."""
