"""The agreement in plain words, in both languages, each sentence with the place in the document that says it."""

from giao.core.report.plain_words.agreement import Section, Sentence, agreement_words
from giao.core.report.plain_words.difference import Change, VersionDiff, version_diffs

__all__ = ["Change", "Section", "Sentence", "VersionDiff", "agreement_words", "version_diffs"]
