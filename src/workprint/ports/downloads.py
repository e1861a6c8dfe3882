"""Downloads: results fetched at once, from hosts that are expected, resumed where they broke off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from workprint.ports.provider import Output


class DownloadFailed(Exception):
    """The bytes did not come. `is_gone`: this address will not work any more; a fresh one may.

    `is_refused`: we will not fetch from there. The result may lie there, so it is not lost; asking again is no use.
    """

    def __init__(self, message: str, *, is_gone: bool = False, is_refused: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.is_gone = is_gone
        self.is_refused = is_refused


class Downloads(Protocol):
    """Fetches outputs into files."""

    async def fetch(self, output: Output, into: Path, hosts: Sequence[str]) -> None:
        """Fetch an output into a file. What an earlier, broken try left beside it as `.part` is gone on from.

        `hosts` are patterns of host names that may be asked. Raises DownloadFailed.
        """
        ...
