"""A small file inside a JSON body: its name and its content in base64."""

from __future__ import annotations

import base64
import binascii

from django.core.files.uploadedfile import SimpleUploadedFile
from ninja import Schema
from pydantic import Field, field_validator


class FileIn(Schema):
    name: str = Field(min_length=1, max_length=200)
    base64: str = Field(description="The content, base64.")

    @field_validator("base64")
    @classmethod
    def _decodes(cls, text: str) -> str:
        try:
            base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            raise ValueError("is not base64") from None
        return text


def file_of(given: FileIn | None) -> SimpleUploadedFile | None:
    """As a form would have brought it."""
    return None if given is None else SimpleUploadedFile(given.name, base64.b64decode(given.base64))
