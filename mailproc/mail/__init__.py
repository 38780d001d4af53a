"""Between bytes and values: how a mail is read, and how ours are written."""
