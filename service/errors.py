"""What the person at the keyboard can mend, and what this installation does not have."""


class UserError(Exception):
    """Ends a command with exit code 1; its text is one line that says what to do.

    Raise it for what the person can change (a busy port, a broken file, an unknown name), never
    for a mistake of ours: those stay exceptions of their own kind.
    """

    exit_code = 1


class Hopeless(UserError):
    """The same, in a process that is started again whenever it ends: another try would not help."""

    exit_code = 78


class NotOffered(Exception):
    """What is asked for is not part of this installation: it was not configured."""
