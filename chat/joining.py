"""New members come into the organization's default channels, in the transaction in which they join."""
