"""The compiled walk over whole cases: what `fold.py` does with one case, for all of them. Imports numba.

`find_spells` reads starts and stops, `find_segments` what of them counts (running and not paused, by target in force);
neither knows a calendar. `cut_out` takes agreed reliefs out of segments; `spend` adds segments up in business time
and finds when a budget is used up. Every kernel is nogil: chunks of cases run side by side in threads.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from giao.core.agreement.clocks.codes import (
    AT_START,
    AT_STOP,
    CANCEL,
    CANCELLED,
    CASE,
    EACH,
    ENDED,
    FIRST,
    FROM,
    HIGH,
    KIND,
    LAST,
    LAST_TARGET,
    LOW,
    MIXED,
    NUMBER,
    OPEN,
    OPEN_PAUSED,
    ORIGIN,
    PAUSED,
    PROPORTIONAL,
    RESTART,
    START,
    START_EVENT,
    STARTED,
    STOP,
    STOP_EVENT,
    STOPPED,
    TAIL,
    TARGET,
    TOO_LARGE,
    UNTIL,
    VERSION,
    WIDEST,
)
from giao.core.calendars.kernel import opened_before, reach
from giao.core.calendars.tables import BEYOND, KernelTables

Ints = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.int16]
Flags = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_NONE, _RUNNING, _WAITING = 0, 1, 2


@njit(cache=True, nogil=True)
def mark_pauses(lo: int, hi: int, offsets: Ints, signs: Flags, flags: Flags) -> None:
    """Sets PAUSED after every event of cases lo..hi-1 that lies in a pause from FROM to UNTIL.

    The first of `signs` and `flags` is the first event of case lo.
    """
    base = offsets[lo]
    for case in range(lo, hi):
        paused = False
        for i in range(offsets[case] - base, offsets[case + 1] - base):
            starts, ends = signs[i] & FROM > 0, signs[i] & UNTIL > 0
            paused = (starts or not ends) if paused else (starts and not ends)
            if paused:
                flags[i] |= PAUSED


@njit(cache=True, nogil=True)
def _new_instance(
    rows: Ints,
    n_inst: int,
    n_spell: int,
    case: int,
    number: int,
    version: int,
    i: int,
    spell_from: Ints,
    spell_to: Ints,
) -> None:
    rows[CASE, n_inst] = case
    rows[NUMBER, n_inst] = number
    rows[VERSION, n_inst] = version
    rows[START_EVENT, n_inst] = i
    rows[KIND, n_inst] = STOPPED
    rows[LOW, n_inst] = n_spell
    rows[HIGH, n_inst] = n_spell + 1
    spell_from[n_spell] = i
    spell_to[n_spell] = -1


@njit(cache=True, nogil=True)
def find_spells(
    lo: int,
    hi: int,
    offsets: Ints,
    times: Ints,
    flags: Flags,
    flag_rows: Ints,
    effective: Ints,
    modes: Ints,
    withins: Ints,
    as_of: int,
    rows: Ints,
    spell_from: Ints,
    spell_to: Ints,
    faults: Ints,
    fault_versions: Ints,
) -> tuple[int, int, int]:
    """Instances of cases lo..hi-1 into `rows`, their spells (events; -1 = still open) into `spell_*`.

    flags      [distinct definitions, events of these cases]; `flag_rows[version]` is -1 where a version lacks the clock
    withins    by version, -1 without one
    Stops before any start of their case go into `faults`, with the version in force. Every output must hold one row
    for each event. Returns how many instances, spells and faults there are.
    """
    n_inst = n_spell = n_fault = 0
    base = offsets[lo]
    for case in range(lo, hi):
        status, number, version, row, mode = _NONE, 0, 0, 0, FIRST
        within = last_stop = np.int64(-1)
        shadow = seen_start = False
        for i in range(offsets[case], offsets[case + 1]):
            t = times[i]
            if t > as_of:
                break
            while version + 1 < len(effective) and effective[version + 1] <= t:
                version += 1
            other = flag_rows[version]
            new = other >= 0 and flags[other, i - base] & (START | CANCEL) == START
            resumes = False
            stops = False
            if status == _RUNNING:
                flag = flags[row, i - base]
                if flag & CANCEL:
                    if not shadow:
                        spell_to[n_spell - 1] = i
                        rows[KIND, n_inst - 1] = CANCELLED
                        status = _NONE
                    continue
                if not flag & STOP:
                    continue
                if shadow:
                    shadow = False
                else:
                    spell_to[n_spell - 1] = i
                last_stop = t
                status = _WAITING
                new = new and mode == EACH
                resumes = mode != EACH and flag & START > 0
            elif status == _WAITING and mode != EACH and (within < 0 or t - last_stop <= within):
                flag = flags[row, i - base]
                new = False
                resumes = flag & (START | CANCEL) == START
                stops = resumes and flag & STOP > 0
            else:
                for j in range(len(flags)):
                    seen_start = seen_start or flags[j, i - base] & START > 0
                stops = other >= 0 and flags[other, i - base] & (STOP | CANCEL) == STOP
                if stops and not new and number == 0 and not seen_start:
                    faults[n_fault] = i
                    fault_versions[n_fault] = version
                    n_fault += 1
            if new:
                row, mode, within, shadow = other, modes[version], withins[version], False
                _new_instance(rows, n_inst, n_spell, case, number, version, i, spell_from, spell_to)
                n_inst += 1
                n_spell += 1
                number += 1
                status = _RUNNING
            elif resumes:
                status = _RUNNING
                if mode == FIRST:
                    shadow = True
                elif mode == LAST:
                    spell_to[n_spell - 1] = -1
                else:
                    spell_from[n_spell] = i
                    spell_to[n_spell] = -1
                    n_spell += 1
                    rows[HIGH, n_inst - 1] = n_spell
            if stops and status == _RUNNING:
                if shadow:
                    shadow = False
                else:
                    spell_to[n_spell - 1] = i
                last_stop = t
                status = _WAITING
    return n_inst, n_spell, n_fault


@njit(cache=True, nogil=True)
def _emit(
    seg_from: Ints, seg_to: Ints, seg_target: Shorts, n_seg: int, start: int, end: int, target: int
) -> int:
    """One more segment, unless it is empty; how many there are."""
    if end <= start:
        return n_seg
    seg_from[n_seg] = start
    seg_to[n_seg] = end
    seg_target[n_seg] = target
    return n_seg + 1


@njit(cache=True, nogil=True)
def find_segments(
    n_inst: int,
    base: int,
    offsets: Ints,
    times: Ints,
    flags: Flags,
    flag_rows: Ints,
    targets: Shorts,
    target_rows: Ints,
    constant_targets: Ints,
    rules: Ints,
    as_of: int,
    rows: Ints,
    spell_from: Ints,
    spell_to: Ints,
    seg_from: Ints,
    seg_to: Ints,
    seg_target: Shorts,
) -> int:
    """Fills the rest of `rows` and the segments that count; LOW..HIGH become segments. Returns how many.

    base       the first event that flags and targets have
    targets    [distinct target lists, events]: the target that matches after each event, -1 none;
               `target_rows[version]` is -1 where it is always `constant_targets[version]`
    Segments hold one row for each event and one for each instance.
    """
    n_seg = 0
    for k in range(n_inst):
        version = rows[VERSION, k]
        row, target_row, rule = flag_rows[version], target_rows[version], rules[version]
        tracks = rule != AT_START and target_row >= 0
        start = rows[START_EVENT, k]
        stop = spell_to[rows[HIGH, k] - 1]
        end = stop if stop >= 0 else offsets[rows[CASE, k] + 1]
        target = targets[target_row, start - base] if target_row >= 0 else constant_targets[version]
        matched = target
        low = n_seg
        origin = times[start]
        mixed = 0
        counts = True
        i = start
        for spell in range(rows[LOW, k], rows[HIGH, k]):
            first = spell_from[spell]
            last = spell_to[spell] if spell_to[spell] >= 0 else end
            since = 0
            counts = False
            while i < end and i <= last:
                t = times[i]
                if t > as_of:
                    break
                if tracks and i > start and targets[target_row, i - base] != target:
                    if counts:
                        n_seg = _emit(seg_from, seg_to, seg_target, n_seg, since, t, target)
                        since = t
                    target = targets[target_row, i - base]
                    matched = target if target >= 0 else matched
                    mixed = 1
                    if rule == RESTART:
                        n_seg = low
                        origin = t
                if i >= first and i < last:
                    paused = flags[row, i - base] & PAUSED > 0
                    if counts and paused:
                        n_seg = _emit(seg_from, seg_to, seg_target, n_seg, since, t, target)
                    elif not counts and not paused:
                        since = t
                    counts = not paused
                if i == last:
                    break
                i += 1
            until = times[last] if spell_to[spell] >= 0 else as_of
            if counts:
                n_seg = _emit(seg_from, seg_to, seg_target, n_seg, since, until, target)
        if stop < 0:
            rows[KIND, k] = OPEN if counts else OPEN_PAUSED
        rows[STOP_EVENT, k] = stop
        rows[STARTED, k] = times[start]
        rows[ENDED, k] = times[stop] if stop >= 0 else as_of
        rows[LAST_TARGET, k] = target
        rows[TARGET, k] = target
        if rule == PROPORTIONAL:
            rows[TARGET, k] = matched
        elif rule == AT_STOP and stop >= 0 and target_row >= 0:
            rows[TARGET, k] = targets[target_row, stop - base]
        rows[ORIGIN, k] = origin
        rows[LOW, k] = low
        rows[HIGH, k] = n_seg
        rows[MIXED, k] = mixed
    return n_seg


@njit(cache=True, nogil=True)
def cut_out(
    fill: bool,
    n_inst: int,
    rows: Ints,
    seg_from: Ints,
    seg_to: Ints,
    seg_target: Shorts,
    groups: Ints,
    first: Ints,
    past: Ints,
    holes_from: Ints,
    holes_to: Ints,
    new_from: Ints,
    new_to: Ints,
    new_target: Shorts,
) -> int:
    """Segments without the agreed reliefs; LOW..HIGH follow. Call with fill=False to learn how many there will be.

    `first[g, case]..past[g, case]` are the sorted, disjoint holes of a case, `groups[version]` gives g.
    """
    n = 0
    for k in range(n_inst):
        group = groups[rows[VERSION, k]]
        lo, hi = first[group, rows[CASE, k]], past[group, rows[CASE, k]]
        low = n
        for seg in range(rows[LOW, k], rows[HIGH, k]):
            at, end = seg_from[seg], seg_to[seg]
            hole = lo + np.searchsorted(holes_to[lo:hi], at, side="right")
            while at < end:
                until = end
                after = end
                if hole < hi and holes_from[hole] < end:
                    until = max(holes_from[hole], at)
                    after = holes_to[hole]
                    hole += 1
                if until > at:
                    if fill:
                        new_from[n] = at
                        new_to[n] = until
                        new_target[n] = seg_target[seg]
                    n += 1
                at = after
        if fill:
            rows[LOW, k] = low
            rows[HIGH, k] = n
    return n


@njit(cache=True, nogil=True)
def look_up(n_inst: int, rows: Ints, which_of: Ints, budget_of: Ints, which: Ints, budgets: Ints) -> bool:
    """The measure and budget of each instance by its version and target (column target + 1).

    Returns whether some budget is below -1: a count of days, which depends on the instance.
    """
    some = False
    for k in range(n_inst):
        version, column = rows[VERSION, k], rows[TARGET, k] + 1
        which[k] = which_of[version, column]
        budgets[k] = budget_of[version, column]
        some = some or budgets[k] < -1
    return some


@njit(cache=True, nogil=True)
def spend(
    n_inst: int,
    rows: Ints,
    which: Ints,
    measure: int,
    tables: KernelTables,
    seg_from: Ints,
    seg_to: Ints,
    budgets: Ints,
    consumed: Ints,
    due: Ints,
) -> bool:
    """Consumed and due of the instances of one measure; -1 is no budget, and due then means nothing.

    Where the calendar's horizon ends before the due, it is BEYOND. Returns whether that happened.
    """
    beyond = False
    for k in range(n_inst):
        if which[k] != measure:
            continue
        budget = budgets[k]
        total = np.int64(0)
        found = budget <= 0
        due[k] = rows[ORIGIN, k]
        for seg in range(rows[LOW, k], rows[HIGH, k]):
            here = opened_before(tables, seg_to[seg]) - opened_before(tables, seg_from[seg])
            if not found and total + here >= budget:
                due[k] = reach(tables, seg_from[seg], budget - total)
                found = True
            total += here
        if not found:
            due[k] = reach(tables, rows[ENDED, k], budget - total)
            beyond = beyond or due[k] == BEYOND
        consumed[k] = total
    return beyond


@njit(cache=True, nogil=True)
def pause_now(
    n_inst: int,
    rows: Ints,
    groups: Ints,
    first: Ints,
    past: Ints,
    holes_from: Ints,
    holes_to: Ints,
    as_of: int,
) -> None:
    """An open instance whose case is relieved at the reading's instant is paused."""
    for k in range(n_inst):
        if rows[KIND, k] != OPEN:
            continue
        group = groups[rows[VERSION, k]]
        lo, hi = first[group, rows[CASE, k]], past[group, rows[CASE, k]]
        hole = lo + np.searchsorted(holes_to[lo:hi], as_of, side="right")
        if hole < hi and holes_from[hole] <= as_of:
            rows[KIND, k] = OPEN_PAUSED


@njit(cache=True, nogil=True)
def _greatest_common(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one


@njit(cache=True, nogil=True)
def spend_parts(
    first: Ints,
    budgets: Ints,
    spent: Ints,
    starts: Ints,
    which: Ints,
    over: Mask,
    due_base: Ints,
    due_rest: Ints,
    due_cut: Ints,
    due_measure: Ints,
) -> int:
    """Σ spent ÷ budget of owners k (parts first[k]..first[k + 1]), exact over the budgets' least common multiple.

    A part that spends TAIL takes what is left. Where whole numbers of 64 bits do not suffice, `due_measure` is
    TOO_LARGE and the rest of the owner's row is not written; returns how many those are. See `proportional.py`.
    """
    refused = 0
    for k in range(len(first) - 1):
        whole = 1  # the budgets' least common multiple: one, in shares of itself
        fits = True
        for j in range(first[k], first[k + 1]):
            if fits and budgets[j] > 0:
                factor = budgets[j] // _greatest_common(whole, budgets[j])
                fits = whole <= WIDEST // factor
                whole *= factor if fits else 1
        used = np.int64(0)
        is_over = False
        measure = np.int64(-1)
        for j in range(first[k], first[k + 1]):
            share = whole // budgets[j] if budgets[j] > 0 else np.int64(0)
            if measure < 0:
                needed, cut = np.int64(1), np.int64(1)
                if share > 0:
                    needed = -((used - whole) // share)
                    cut = np.int64(needed * share != whole - used)
                if spent[j] == TAIL or spent[j] >= needed:
                    due_base[k], due_rest[k], due_cut[k] = starts[j], needed, cut
                    measure = which[j]
            if spent[j] > 0 and share > 0:
                fits = fits and spent[j] <= (WIDEST - used) // share
                used += spent[j] * share if fits else 0
            elif spent[j] > 0:
                is_over = True
        over[k] = is_over or used > whole
        due_measure[k] = measure if fits else TOO_LARGE
        refused += not fits
    return refused


@njit(cache=True, nogil=True)
def pair_claims(
    offsets: Ints,
    hits: Ints,
    in_force: Ints,
    begins: npt.NDArray[np.bool_],
    ends: npt.NDArray[np.bool_],
    once: Mask,
    found: Ints,
) -> int:
    """Relief claims by events: `found` rows are (case, number from 1, version, from event, until event or -1).

    hits      events that begin or end a claim under the version in force (`in_force`), in log order
    begins    [version, event]; `ends` likewise, read under the version in which the claim began
    once      versions under which a case claims but once, without an end
    """
    n = 0
    case = -1
    number = 0
    version = -1  # of the claim that is open; -1: none is
    done = False
    for at in range(len(hits)):
        event = hits[at]
        if case < 0 or event >= offsets[case + 1]:
            case = np.searchsorted(offsets, event, side="right") - 1
            number, version, done = 0, -1, False
        if done:
            continue
        ended = version >= 0 and ends[version, event]
        if ended:
            found[n - 1, 4] = event
            version = -1
        now = in_force[at]
        if version >= 0 or not begins[now, event]:
            continue
        if ended or once[now] or not ends[now, event]:
            number += 1
            found[n, 0], found[n, 1], found[n, 2], found[n, 3], found[n, 4] = case, number, now, event, -1
            n += 1
            done = once[now]
            version = -1 if done else now
    return n


@njit(cache=True, nogil=True)
def merge_intervals(
    cases: Ints, starts: Ints, ends: Ints, first: Ints, past: Ints, new_starts: Ints, new_ends: Ints
) -> int:
    """Unions of intervals sorted by (case, start), empty ones left out: those of a case are first[case]..past[case]."""
    n = 0
    case = -1
    for at in range(len(cases)):
        if cases[at] != case:
            case = cases[at]
            first[case] = n
            past[case] = n
        if starts[at] >= ends[at]:
            continue
        if past[case] > first[case] and starts[at] <= new_ends[n - 1]:
            new_ends[n - 1] = max(new_ends[n - 1], ends[at])
        else:
            new_starts[n], new_ends[n] = starts[at], ends[at]
            n += 1
        past[case] = n
    return n
