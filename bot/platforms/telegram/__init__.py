"""Telegram as a chat: photos with captions come in, clips go back to the same topic."""
