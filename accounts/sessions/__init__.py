"""Sessions: how they are stored, who asks in one, and when one was seen last."""
