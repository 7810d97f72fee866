"""What outlives a restart: tables, transactions, revisions, and the files on disk."""
