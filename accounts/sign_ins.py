"""Receivers that record sign-ins."""
