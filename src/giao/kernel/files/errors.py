"""What can go wrong with a file. `status` is the HTTP status with which an address answers."""

from __future__ import annotations


class FileError(Exception):
    """Base of this room's errors; the message is a sentence for the reader."""

    status = 400


class TooLarge(FileError):
    status = 413


class NotTaken(FileError):
    """Its kind is not one that is taken, or its bytes are not what its name says, or the scanner found something."""

    status = 415


class NotScanned(FileError):
    """The scanner could not be asked: nothing is taken unseen."""

    status = 503
