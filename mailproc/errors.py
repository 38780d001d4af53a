"""The errors that mailproc raises on purpose, each saying who is at fault."""


class MailprocError(Exception):
    """Anything that mailproc raises on purpose."""


class UserError(MailprocError):
    """A mistake in what an admin or a caller gave us: shown as a list of problems, never as a traceback.

    `problems` are whole sentences of the form `file:line: key: what is wrong; what would be right`.
    """

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join((self.message, *self.problems))


class StoreError(MailprocError):
    """The database refused or could not be reached; the driver's error is the cause.  Always temporary for a sender."""


class AlreadyRunning(UserError):
    """Another daemon holds this database."""
