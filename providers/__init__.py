"""Video APIs behind one contract: a library that knows nothing of chats, credits or databases."""
