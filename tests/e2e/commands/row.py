"""One row of the tables: a command line, how it must end, and what it must say."""

from typing import NamedTuple


class Row(NamedTuple):
    name: str
    command: str  # for /bin/sh, in the row's own folder $T; prelude.sh has helpers
    status: int
    says: tuple = ()  # all of these, in what it printed on either stream
    never: tuple = ("internal error", "terminate called")  # none of these
