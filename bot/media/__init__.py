"""Work on untrusted pixels: the parent side, and the child programs that alone touch them."""
