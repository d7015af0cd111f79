"""The browser's face of chat: pages and fragments, one noun a file."""
