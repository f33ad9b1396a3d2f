"""The one exception of the protocol's files."""


class ProtocolError(ValueError):
    """A file of a draw does not obey the protocol, or contradicts another file.

    The message is one English sentence for whoever reads the command line; it names file and line where it can.
    ``code`` is set for what a planner can mend before the draw, so that a room can say it in its own words, with
    ``params`` as the particulars: ``quota-exceeds`` (list, stratum, quota, eligible), ``stratum-without-quota``
    (list, stratum), ``weight-too-heavy`` (list, stratum), ``mixed-units`` (id), ``not-ascending`` (row), ``withheld``
    (party). For all else it is empty.
    """

    def __init__(self, message: str, code: str = "", **params: str | int) -> None:
        super().__init__(message)
        self.code = code
        self.params = params
