"""What went wrong in a command, as problems that can be said: ours as they are, those of files and databases named."""

from dougong.errors import DougongError, Problem, Refused


def problems_of(error: Exception) -> tuple[Problem, ...]:
    """The problems an exception tells of."""
    if isinstance(error, Refused):
        return error.problems
    if isinstance(error, DougongError):
        return (Problem(error.code, params=error.params),)
    if isinstance(error, OSError) and error.filename is not None:
        return (_of_file(error),)
    if isinstance(error, UnicodeError):
        return (Problem("cli.not_text"),)
    if isinstance(error, ModuleNotFoundError):
        return (Problem("cli.missing_package", params={"name": error.name}),)
    cause = getattr(error, "orig", None)  # what the database's own driver said
    if isinstance(cause, BaseException):
        return (Problem("cli.database", params={"reason": _line(cause)}),)
    return (Problem("cli.unexpected", params={"kind": type(error).__name__, "reason": _line(error)}),)


def _of_file(error: OSError) -> Problem:
    codes: dict[type[OSError], str] = {
        FileNotFoundError: "cli.no_file", IsADirectoryError: "cli.is_folder", NotADirectoryError: "cli.no_file",
        PermissionError: "cli.file_closed",
    }  # fmt: skip
    params = {"file": str(error.filename), "reason": error.strerror or ""}
    return Problem(codes.get(type(error), "cli.file"), params=params)


def _line(error: BaseException) -> str:
    """The first line of what an exception says."""
    return str(error).strip().partition("\n")[0][:300]
