"""Regular expressions of XPath, the dialect of FEEL's `matches`, `replace` and `split`, matched in bounded time.

`compile_pattern` reads a pattern (None when it is not valid). A pattern whose backtracking is known to be cheap for the
text at hand runs on Python's `re`; every other runs on a matcher of our own, which remembers the states that failed and
so never takes more steps than pattern size x text length (or a fixed number of steps when the pattern refers back to a
group). Beyond MAX_STEPS it raises RuleLimitError. Source: XPath and XQuery Functions 3.1, 5.6.
"""

from giao.core.rules.regex.pattern import Match, Pattern, compile_pattern

__all__ = ["Match", "Pattern", "compile_pattern"]
