"""What an admin or an operator asks of mailproc, each question a module."""
