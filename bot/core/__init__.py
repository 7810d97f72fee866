"""What the bot is: no chat library, no database, no HTTP, no single provider."""
