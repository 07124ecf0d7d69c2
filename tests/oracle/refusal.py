"""How the oracle says no: a code at a position, as a caller reads it from `errors`."""

from __future__ import annotations


class RefusalError(Exception):
    """A null with a code: raised where a position is refused, and read back from the execution."""

    def __init__(self, code: str, coordinate: str) -> None:
        """Keep the code and the coordinate (`Type.field`) that was asked for."""
        super().__init__(f"{code} at {coordinate}")
        self.code = code
        self.coordinate = coordinate


def forbidden(coordinate: str) -> RefusalError:
    """No role of the caller holds the action here."""
    return RefusalError("FORBIDDEN", coordinate)


def precondition(coordinate: str) -> RefusalError:
    """A role of the caller holds the action here, once the row or its parent is as it asks."""
    return RefusalError("PRECONDITION", coordinate)


def not_found(coordinate: str) -> RefusalError:
    """The row is out of the caller's scope, or there is none."""
    return RefusalError("NOT_FOUND", coordinate)


def bad_input(coordinate: str) -> RefusalError:
    """An id, a page or a cursor that cannot be understood."""
    return RefusalError("BAD_USER_INPUT", coordinate)
