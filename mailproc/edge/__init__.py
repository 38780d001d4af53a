"""Sockets and folders: where mail crosses the border."""
