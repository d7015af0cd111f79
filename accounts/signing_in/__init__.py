"""What allauth asks of us and tells us while people sign in: by password, code, passkey or the provider."""
