"""What can go wrong with the embedded stack, each as one line for the person who started it."""


class StackError(Exception):
    """The stack cannot do what was asked. The message is one line and says what to do."""


class NotRunningError(StackError):
    """No stack runs on the data folder."""
