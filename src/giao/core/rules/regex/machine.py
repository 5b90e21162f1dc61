"""Our own matcher: backtracking that remembers the states which failed, so that its time is bounded.

The tree becomes a program of small instructions. Running it keeps an explicit stack, tries the preferred branch first
(leftmost, greedy or reluctant as written) and never tries a (instruction, position) twice: what failed once fails again
as long as no instruction looks at what a group captured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from giao.core.rules.errors import RuleLimitError
from giao.core.rules.regex.syntax import Anchor, Chars, Choice, Group, Reference, Repeat, Sequence, Tree
from giao.core.rules.values import charge
from giao.core.told import told

MAX_PROGRAM = 20_000
MAX_STEPS = 5_000_000

CHAR, ONE, SPLIT, JUMP, SAVE, ANCHOR, REFERENCE, DONE = range(8)


@dataclass(slots=True)
class Instruction:
    op: int
    #: CHAR: the character; ONE: whether a character fits; SPLIT: the preferred and the other target; JUMP: target;
    #: SAVE: slot; ANCHOR: kind; REFERENCE: group.
    char: str = ""
    fits: Callable[[str], bool] | None = None
    target: int = 0
    other: int = 0


class Program:
    """A compiled pattern. `groups` counts the capturing groups."""

    def __init__(self, tree: Tree, groups: int, *, fold: bool, multiline: bool) -> None:
        self.fold = fold
        self.multiline = multiline
        self.groups = groups
        self.code: list[Instruction] = []
        self.has_reference = False
        self._emit(tree)
        self._add(DONE)

    def _add(self, op: int, **parts: object) -> Instruction:
        if len(self.code) >= MAX_PROGRAM:
            raise RuleLimitError(
                told(
                    "rule.regex_repeats",
                    "The regular expression repeats too much: write it with smaller counts.",
                )
            )
        self.code.append(Instruction(op, **parts))  # type: ignore[arg-type]
        return self.code[-1]

    def _emit(self, tree: Tree) -> None:
        if isinstance(tree, Chars):
            if tree.literal and not self.fold:
                self._add(CHAR, char=tree.literal)
            else:
                self._add(ONE, fits=tree.chars.has_folded if self.fold else tree.chars.has)
        elif isinstance(tree, Sequence):
            for part in tree.parts:
                self._emit(part)
        elif isinstance(tree, Choice):
            self._emit_choice(tree)
        elif isinstance(tree, Group):
            if tree.number:
                self._add(SAVE, target=2 * tree.number)
            self._emit(tree.body)
            if tree.number:
                self._add(SAVE, target=2 * tree.number + 1)
        elif isinstance(tree, Repeat):
            self._emit_repeat(tree)
        elif isinstance(tree, Anchor):
            self._add(ANCHOR, char=tree.kind)
        elif isinstance(tree, Reference):
            self.has_reference = True
            self._add(REFERENCE, target=tree.number)

    def _emit_choice(self, tree: Choice) -> None:
        jumps: list[Instruction] = []
        for part in tree.parts[:-1]:
            split = self._add(SPLIT, target=len(self.code) + 1)
            self._emit(part)
            jumps.append(self._add(JUMP))
            split.other = len(self.code)
        self._emit(tree.parts[-1])
        for jump in jumps:
            jump.target = len(self.code)

    def _emit_repeat(self, tree: Repeat) -> None:
        for _ in range(tree.low):
            self._emit(tree.body)
        if tree.high is None:
            split = self._add(SPLIT)
            body = len(self.code)
            self._emit(tree.body)
            self._add(JUMP, target=body - 1)
            self._branch(split, body, len(self.code), tree.greedy)
            return
        splits: list[tuple[Instruction, int]] = []
        for _ in range(tree.high - tree.low):
            split = self._add(SPLIT)
            splits.append((split, len(self.code)))
            self._emit(tree.body)
        for split, body in splits:
            self._branch(split, body, len(self.code), tree.greedy)

    @staticmethod
    def _branch(split: Instruction, body: int, after: int, greedy: bool) -> None:
        split.target, split.other = (body, after) if greedy else (after, body)

    def search(self, text: str, start: int) -> list[int] | None:
        """Slots of the leftmost match at or after `start` (whole match first, -1 for a group not taken), or None.

        Raises RuleLimitError after MAX_STEPS steps.
        """
        failed: set[int] = set()
        steps = 0
        found: list[int] | None = None
        for begin in range(start, len(text) + 1):
            found, steps = self._run(text, begin, failed, steps)
            if found is not None:
                break
            if self.has_reference:
                failed = set()
        charge(steps // 20)
        return found

    def _run(self, text: str, begin: int, failed: set[int], steps: int) -> tuple[list[int] | None, int]:
        code, size = self.code, len(text)
        width = size + 1
        remember = not self.has_reference
        stack: list[tuple[int, int, tuple[int, ...]]] = [
            (0, begin, (begin, -1) + (-1, -1) * self.groups),
        ]
        while stack:
            at, position, slots = stack.pop()
            while True:
                steps += 1
                if steps > MAX_STEPS:
                    raise RuleLimitError(
                        told(
                            "rule.regex_steps",
                            "The regular expression takes too many steps on this text: avoid repeats inside repeats.",
                        )
                    )
                step = code[at]
                op = step.op
                if op in (SPLIT, JUMP):
                    if remember:
                        key = at * width + position
                        if key in failed:
                            break
                        failed.add(key)
                    if op == SPLIT:
                        stack.append((step.other, position, slots))
                    at = step.target
                    continue
                if op == CHAR:
                    if position >= size or text[position] != step.char:
                        break
                    position += 1
                elif op == ONE:
                    if position >= size or not step.fits(text[position]):  # type: ignore[misc]
                        break
                    position += 1
                elif op == SAVE:
                    slots = (*slots[: step.target], position, *slots[step.target + 1 :])
                elif op == ANCHOR:
                    if not self._holds(step.char, text, position):
                        break
                elif op == REFERENCE:
                    end = self._after_reference(text, position, slots, step.target)
                    if end < 0:
                        break
                    position = end
                else:
                    return [slots[0], position, *slots[2:]], steps
                at += 1
        return None, steps

    def _holds(self, kind: str, text: str, position: int) -> bool:
        if kind == "^":
            return position == 0 or (self.multiline and text[position - 1] == "\n")
        return position == len(text) or (self.multiline and text[position] == "\n")

    def _after_reference(self, text: str, position: int, slots: tuple[int, ...], group: int) -> int:
        """Where the repeated group text ends, -1 when it is not there; a group not taken counts as empty."""
        first, last = slots[2 * group], slots[2 * group + 1]
        if first < 0 or last < 0:
            return position
        wanted = text[first:last]
        here = text[position : position + len(wanted)]
        same = here == wanted or (self.fold and here.lower() == wanted.lower())
        return position + len(wanted) if same else -1
