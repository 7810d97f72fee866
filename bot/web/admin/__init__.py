"""The operator's console at `/admin`: pages made on the server, kept live by htmx."""
