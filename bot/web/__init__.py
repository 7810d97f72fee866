"""The HTTP server: callbacks, media links, health, metrics and log-in; what it serves is handed in as routes."""
