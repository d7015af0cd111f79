"""The pages of accounts: the landing and the ways in, people, invitations, settings."""
