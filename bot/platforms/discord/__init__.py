"""Discord as a chat: commands, cards and clips, in servers, threads and private chats."""
