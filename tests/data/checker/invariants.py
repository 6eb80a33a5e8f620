#!/usr/bin/python3
"""invariants.py CHECKER: the valid story is clean; for each invariant, a story that breaks it is caught at its line."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from story import (S, canonical, digest, fresh, lines_of, occ, renumber, text_of, utc_text, wall)

CHECKER = sys.argv[1]
folder = pathlib.Path(tempfile.mkdtemp())
failures = []
CASES = []


def judge(diary, trace=None, *options):
    (folder / "diary.jsonl").write_text(diary, encoding="utf-8")
    arguments = [CHECKER, str(folder / "diary.jsonl")]
    if trace is not None:
        (folder / "trace.jsonl").write_text(trace if isinstance(trace, str) else "".join(json.dumps(e) + "\n" for e in trace))
        arguments.append(str(folder / "trace.jsonl"))
    run = subprocess.run(arguments + ["--json", *options], capture_output=True, text=True, timeout=20)
    return run.returncode, json.loads(run.stdout) if run.stdout.startswith("{") else None, run.stderr


def case(rule):
    def keep(function):
        CASES.append((rule, function))
        return function
    return keep


def find(events, kind, number=0, **keys):
    found = [e for e in events if e["type"] == kind and all(e.get(k) == v for k, v in keys.items())]
    return found[number]


# Each case changes the events or the trace in place and returns the sequence number (or trace line, negative)
# at which the checker must point. The chain is computed afterwards, so that only the invariant is broken.

@case(0)
def real_number(events, trace):
    event = find(events, "closed")
    event["peak_mdb"] = -1000.5
    return event["seq"]


@case(0)
def unknown_type(events, trace):
    event = find(events, "incident")
    event["type"] = "rumour"
    return event["seq"]


@case(0)
def boot_time_runs_back(events, trace):
    event = events[5]
    event["boot_ns"] -= 30 * 10**9
    return event["seq"]


@case(0)
def epoch_without_acceptance(events, trace):
    for event in events[-2:]:
        event["epoch"] = 2
    return events[-2]["seq"]


@case(2)
def outcome_missing(events, trace):
    event = find(events, "outcome")
    events.remove(event)
    renumber(events)
    return find(events, "planned", occ=event["occ"])["seq"]


@case(2)
def outcome_twice(events, trace):
    event = dict(find(events, "outcome"), at_us=events[-1]["at_us"], boot_ns=events[-1]["boot_ns"], boot=events[-1]["boot"],
                 seq=len(events) + 1)
    events.append(event)
    return event["seq"]


@case(2)
def outcome_of_nothing(events, trace):
    event = find(events, "outcome", outcome="missed")
    event["occ"] = "s77@20261202T053000+0700"
    return event["seq"]


@case(2)
def planned_twice(events, trace):
    event = find(events, "planned", 1)
    event["occ"] = find(events, "planned", 0)["occ"]
    return event["seq"]


@case(2)
def outcome_hides_sound(events, trace):
    event = find(events, "outcome", outcome="aired")
    event.update(outcome="missed", reason="device")
    return event["seq"]


@case(2)
def outcome_invents_sound(events, trace):
    event = find(events, "outcome", outcome="missed")
    event.update(outcome="aired", reason="none")
    return event["seq"]


@case(2)
def outcome_glosses_over_a_cut(events, trace):
    event = find(events, "outcome", outcome="aired_short")
    event.update(outcome="aired", reason="none")
    return event["seq"]


@case(2)
def outcome_forgets_an_airing(events, trace):
    event = find(events, "outcome", outcome="aired")
    event["airings"].pop()
    return event["seq"]


@case(2)
def outcome_with_another_start(events, trace):
    event = find(events, "outcome", outcome="aired_short")
    event["start_us"] -= 300 * S
    return event["seq"]


@case(2)
def outcome_with_another_first_sound(events, trace):
    event = find(events, "outcome", outcome="aired")
    event["first_us"] += 5 * S
    return event["seq"]


@case(2)
def outcome_whole_for_a_reason(events, trace):
    event = find(events, "outcome", outcome="aired")
    event["reason"] = "device"
    return event["seq"]


@case(3)
def closing_forgets_a_zone(events, trace):
    event = find(events, "closed")
    event["zones"].pop()
    return event["seq"]


@case(5)
def places_out_of_order(events, trace):
    opened = find(events, "opened", position=1)
    opened["position"] = 9
    return find(events, "opened", occ=opened["occ"], position=2)["seq"]


@case(7)
def permit_minted_twice(events, trace):
    permit = find(events, "permit", 1)
    permit["permit"] = find(events, "permit")["permit"]
    return permit["seq"]


@case(3)
def closed_twice(events, trace):
    closed = find(events, "closed")
    at = events.index(closed) + 1
    events.insert(at, dict(closed, seq=5000))
    renumber(events)
    return at + 1


@case(3)
def never_closed_after_the_power_cut(events, trace):
    closed = find(events, "closed", reason="power")
    airing = closed["airing"]
    events.remove(closed)
    renumber(events)
    return airing


@case(3)
def closed_late_after_the_power_cut(events, trace):
    closed = find(events, "closed", reason="power")
    airing = closed["airing"]
    events.remove(closed)
    at = events.index(find(events, "closed", -1))
    closed.update(at_us=events[at]["at_us"], boot_ns=events[at]["boot_ns"])
    events.insert(at + 1, closed)
    renumber(events)
    return airing


@case(3)
def closes_what_never_opened(events, trace):
    closed = find(events, "closed")
    closed["airing"] = 3
    return closed["seq"]


@case(3)
def power_cut_called_completed(events, trace):
    closed = find(events, "closed", reason="power")
    closed["reason"] = "stopped"
    return closed["seq"]


@case(3)
def frames_without_sound(events, trace):
    closed = find(events, "closed", 1)
    closed["frames"] = 0
    return closed["seq"]


@case(3)
def opened_after_its_sound(events, trace):
    opened = find(events, "opened")
    closed = find(events, "closed", airing=opened["seq"])
    closed["first_us"] = opened["at_us"] - S
    return opened["seq"]


@case(3)
def opened_by_nobody(events, trace):
    started = find(events, "started")
    events.remove(started)
    renumber(events)
    return find(events, "opened")["seq"]


@case(4)
def two_at_once(events, trace):
    second = find(events, "closed", 1)
    second["first_us"] -= 10 * S
    return second["airing"]


@case(4)
def two_at_once_across_a_stepped_clock(events, trace):
    """The clock is put back in the middle of an airing; another begins later on the wall, but in truth before its end."""
    first = find(events, "closed")
    second = find(events, "closed", 1)
    back = 600 * S
    index = events.index(first)
    step = dict(find(events, "clock"), seq=5000, at_us=first["last_us"] - 20 * S - back,
                boot_ns=first["boot_ns"] - 20 * 10**9, difference_us=-back)
    for event in events[index:]:
        if event["boot"] == "boot-a":
            event["at_us"] -= back
    events.insert(index, step)
    first["last_us"] -= back
    second["first_us"] -= back + 10 * S
    second["last_us"] -= back
    renumber(events)
    return second["airing"]


@case(5)
def again_from_the_beginning(events, trace):
    opened = find(events, "opened", position=2, occ=occ("s1", wall("01 17:10:00")))
    opened["position"] = 1
    return opened["seq"]


@case(5)
def aired_again_after_a_restore(events, trace):
    started = find(events, "started")
    at = events.index(started)
    events.insert(at + 1, dict({k: started[k] for k in ("v", "at_us", "boot_ns", "boot", "epoch", "trust")}, seq=5000,
                               type="restored", from_us=wall("01 17:00:00"), to_us=wall("01 17:30:00"), head="0:"))
    renumber(events)
    return find(events, "opened")["seq"]


@case(6)
def too_early(events, trace):
    closed = find(events, "closed")
    closed["first_us"] -= 6_000
    closed["frames"] += 6 * 48
    return closed["airing"]


@case(6)
def too_late(events, trace):
    name = occ("s1", wall("01 17:10:00"))
    find(events, "planned", occ=name)["grace_us"] = 0
    for event in events:
        if event["type"] == "closed" and event["occ"] == name:
            event["first_us"] += S
            event["last_us"] += S
    return find(events, "opened", occ=name)["seq"]


@case(6)
def begun_without_a_trusted_clock(events, trace):
    opened = find(events, "opened")
    opened["trust"] = "untrusted"
    return opened["seq"]


@case(6)
def begun_though_the_diary_is_from_the_future(events, trace):
    """The second boot believes that it is three days earlier, and plays."""
    back = 3 * 86400 * S
    third = [e for e in events if e["type"] == "opened" and e["boot"] == "boot-b"][0]
    name = "s9@20261129T050000+0700"
    for event in events:
        if event["boot"] == "boot-b":
            event["at_us"] -= back
        if event is third or event.get("airing") == third["seq"]:
            event["occ"] = name
            for key in ("first_us", "last_us"):
                event[key] = event[key] - back if key in event else None
    third.pop("first_us"), third.pop("last_us")
    return third["seq"]


@case(7)
def after_its_permit(events, trace):
    permit = find(events, "permit")
    permit["not_after_us"] = find(events, "closed")["last_us"] - S
    return find(events, "opened")["seq"]


@case(7)
def before_its_permit(events, trace):
    permit = find(events, "permit")
    permit["not_before_us"] = find(events, "closed")["first_us"] + S
    return find(events, "opened")["seq"]


@case(7)
def in_a_zone_without_permit(events, trace):
    find(events, "permit")["zones"] = [1]
    return find(events, "opened")["seq"]


@case(7)
def permit_of_another_boot(events, trace):
    opened = [e for e in events if e["type"] == "opened" and e["boot"] == "boot-b"][0]
    opened["permit"] = 1
    return opened["seq"]


@case(7)
def permit_stretched_by_a_stepped_clock(events, trace):
    """The clock is put back by ten minutes in the middle of an airing, which goes on for as much longer."""
    step = find(events, "clock")
    closed = [e for e in events if e["type"] == "closed" and e["occ"].startswith("m1")][0]
    opened = find(events, "opened", occ=closed["occ"])
    permit = find(events, "permit", permit=opened["permit"])
    at = opened["at_us"] + 20 * S
    boot_ns = opened["boot_ns"] + 20 * 10**9
    back = 600 * S
    index = events.index(opened)
    for event in events[index + 1:]:
        if event["boot"] == "boot-a":
            event["at_us"] -= back
    events.insert(index + 1, dict(step, seq=5000, at_us=at - back, boot_ns=boot_ns, difference_us=-back))
    closed["boot_ns"] += 300 * 10**9
    closed["at_us"] += 300 * S
    closed["last_us"] = closed["at_us"]
    closed["frames"] = (closed["last_us"] + back - closed["first_us"]) * 48 // 1000
    renumber(events)
    assert closed["last_us"] < permit["not_after_us"]  # the clock on the wall alone would see nothing
    return opened["seq"]


@case(7)
def in_the_floors_hours_without_emergency(events, trace):
    permit = find(events, "permit", crosses_quiet_hours=True)
    permit["crosses_quiet_hours"] = False
    return find(events, "opened", permit=permit["permit"])["seq"]


@case(7)
def permit_crosses_without_emergency(events, trace):
    permit = find(events, "permit", crosses_quiet_hours=True)
    permit["class"] = "priority"
    return permit["seq"]


@case(8)
def sounds_on_after_withdrawal(events, trace):
    closed = find(events, "closed", reason="withdrawn")
    closed["last_us"] += 700_000
    closed["at_us"] += S
    closed["boot_ns"] += 10**9
    return closed["airing"]


@case(8)
def airs_after_withdrawal(events, trace):
    opened = [e for e in events if e["type"] == "opened" and e["boot"] == "boot-b"][0]
    other = find(events, "withdrawn")["item"]
    opened["item"] = dict(opened["item"], **other)
    return opened["seq"]


@case(9)
def author_approves_himself(events, trace):
    opened = find(events, "opened")
    opened["item"]["approver"] = opened["item"]["author"]
    return opened["seq"]


@case(9)
def nobody_approved(events, trace):
    opened = find(events, "opened")
    opened["item"]["approver"] = None
    return opened["seq"]


@case(9)
def another_sound_than_approved(events, trace):
    opened = find(events, "opened", 2)
    opened["item"]["sound_hash"] = digest("another")
    return opened["seq"]


@case(9)
def opened_before_approval(events, trace):
    approved = find(events, "approved")
    name = approved["item"]["id"]
    events.remove(approved)
    last = events[-1]
    events.append(dict(approved, seq=5000, at_us=last["at_us"], boot_ns=last["boot_ns"], boot=last["boot"]))
    renumber(events)
    return [e for e in events if e["type"] == "opened" and e["item"]["id"] == name][0]["seq"]


@case(10)
def sound_without_power(events, trace):
    gone = [e for e in trace if e.get("permit") == 1 and e["zone"] == 2]
    for edge in gone:
        trace.remove(edge)
    return find(events, "opened")["seq"]


@case(10)
def muted_while_sounding(events, trace):
    for edge in trace:
        if edge.get("permit") == 1 and edge["line"] == "mute" and edge["state"] == 1:
            edge.update(wall=utc_text(find(events, "closed", 2)["last_us"] - 10 * S), boot_ns=edge["boot_ns"] - 30 * 10**9)
    return find(events, "opened", 2)["seq"]


@case(10)
def power_off_before_mute(events, trace):
    edges = [e for e in trace if e.get("permit") == 1 and e["zone"] == 1]
    mute, power = [e for e in edges if e["cause"] == "unwanted"]
    i, j = trace.index(mute), trace.index(power)
    trace[i], trace[j] = dict(power, wall=mute["wall"], boot_ns=mute["boot_ns"]), dict(mute, wall=power["wall"], boot_ns=power["boot_ns"])
    return -(i + 1)


@case(10)
def unmuted_before_warm(events, trace):
    edge = [e for e in trace if e.get("permit") == 1 and e["zone"] == 1 and e["line"] == "mute"][0]
    edge["boot_ns"] -= 10**9
    edge["wall"] = utc_text(find(events, "permit")["not_before_us"] + 2 * S)
    return -(trace.index(edge) + 1)


@case(10)
def power_longer_than_any_permit(events, trace):
    edge = [e for e in trace if e.get("permit") == 1 and e["zone"] == 1 and e["line"] == "power" and e["state"] == 1][0]
    find(events, "permit")["not_after_us"] = find(events, "closed", 2)["last_us"] + S
    for other in trace:
        if other.get("permit") == 1:
            other["permit_not_after"] = utc_text(find(events, "permit")["not_after_us"])
    return -(trace.index(edge) + 1)


@case(10)
def power_without_permit(events, trace):
    edge = [e for e in trace if e.get("permit") == 1 and e["zone"] == 1 and e["state"] == 1 and e["line"] == "power"][0]
    edge.update(permit=None, permit_not_before=None, permit_not_after=None)
    return -(trace.index(edge) + 1)


@case(10)
def power_by_a_forged_permit(events, trace):
    edge = [e for e in trace if e.get("permit") == 1 and e["zone"] == 1 and e["state"] == 1 and e["line"] == "power"][0]
    edge["permit"] = 4711
    return -(trace.index(edge) + 1)


@case(10)
def power_after_its_deadline(events, trace):
    """The wall clock says that the permit holds; the boot's own clock knows that it is over."""
    edge = [e for e in trace if e.get("permit") == 1 and e["zone"] == 1 and e["state"] == 1 and e["line"] == "power"][0]
    edge["permit_deadline_ns"] = edge["boot_ns"] - 1
    return -(trace.index(edge) + 1)


@case(10)
def power_kept_though_the_player_is_gone(events, trace):
    for edge in trace:
        if edge.get("permit") == 1 and edge["zone"] == 1 and edge.get("cause") == "unwanted":
            edge["cause"] = "player_gone"
            if edge["line"] == "mute":
                place = trace.index(edge)
            else:
                edge["boot_ns"] += 10**9
    return -(place + 1)


@case(10)
def relay_at_a_quarter_past_three(events, trace):
    """5 December 2025: a relay that was set wrongly, with a permit that somebody minted for it."""
    at = wall("02 03:15:00")
    last = [e for e in trace if "start" not in e and e["cause"] == "unwanted"][-1]
    del last
    alarm = [e for e in events if e["type"] == "permit" and e["class"] == "emergency"][0]
    boot = events[events.index(alarm)]
    boot_ns = boot["boot_ns"] + (at - boot["at_us"]) * 1000
    permit = dict(alarm, seq=5000, permit=99, not_before_us=at - 60 * S, not_after_us=at + 120 * S, at_us=at - 60 * S,
                  boot_ns=boot_ns - 60 * 10**9, crosses_quiet_hours=False, **{"class": "normal"})
    index = max(i for i, e in enumerate(events) if e["boot"] == "boot-a" and e["at_us"] < at) + 1
    events.insert(index, permit)
    renumber(events)
    start = [i for i, e in enumerate(trace) if "start" in e][1]
    night = [i for i, e in enumerate(trace) if i < start and e["wall"] > utc_text(at)]
    i = night[0] if night else start
    some = {"permit": 99, "permit_not_before": utc_text(permit["not_before_us"]), "permit_not_after": utc_text(permit["not_after_us"]),
            "class": "normal", "crosses_quiet_hours": False, "permit_deadline_ns": boot_ns + 120 * 10**9}
    trace[i:i] = [dict(zone=1, line="power", state=1, cause="wanted", wall=utc_text(at), boot_ns=boot_ns, **some),
                  dict(zone=1, line="power", state=0, cause="unwanted", wall=utc_text(at + 60 * S), boot_ns=boot_ns + 60 * 10**9, **some)]
    return -(i + 1)


def check(name, good, what):
    if not good:
        failures.append(f"{name}: {what}")


def run_cases():
    for rule, function in CASES:
        events, trace = fresh()
        place = function(events, trace)
        status, verdict, _ = judge(text_of(lines_of(events)), trace)
        found = [] if verdict is None else [(b["rule"], b["file"].endswith("trace.jsonl"), b["line"]) for b in verdict["breaches"]]
        wanted = (rule, place < 0, abs(place))
        check(function.__name__, status == 1 and wanted in found, f"exit {status}, wanted {wanted}, got {verdict and verdict['breaches']}")


def run_valid():
    events, trace = fresh()
    diary = text_of(lines_of(events))
    for options in ((diary,), (diary, trace)):
        status, verdict, errors = judge(*options)
        check("valid", status == 0 and verdict["clean"], f"exit {status}: {verdict and verdict['breaches']} {errors}")
    check("sums", verdict["planned"] == 7 and sum(verdict["outcomes"].values()) + verdict["undecided"] == 7, f"{verdict}")
    text = [json.dumps(e) + "\n" for e in trace]
    second = [i for i, e in enumerate(trace) if "start" in e][1]
    status, verdict, _ = judge(diary, "".join(text[:second] + [text[5][:50] + "\n"] + text[second:]))
    check("torn trace line before a start", status == 0, f"{verdict and verdict['breaches']}")


def run_chain():
    events, _ = fresh()
    lines = lines_of(events)
    head = f"{lines[-1]['seq']}:{lines[-1]['hash']}"

    def at(lines, *options):
        status, verdict, _ = judge(text_of(lines), None, *options)
        return status, [b["line"] for b in verdict["breaches"] if b["rule"] == 1]

    changed = [dict(line) for line in lines]
    changed[9]["event"] = changed[9]["event"].replace('"trusted"', '"held"')
    check("changed", at(changed) == (1, [10]), at(changed))
    changed[9]["hash"] = lines_of([dict(json.loads(lines[9]["event"]), trust="held")])[0]["hash"]
    check("changed with its hash", at(changed)[1][:1] == [10], at(changed))
    check("removed", at(lines[:9] + lines[10:])[1] == [10], at(lines[:9] + lines[10:]))
    swapped = lines[:9] + [lines[10], lines[9]] + lines[11:]
    check("reordered", 10 in at(swapped)[1], at(swapped))
    rewritten = lines_of(events[:20] + [dict(events[20], trust="held")] + events[21:])
    check("rewritten tail, no head", at(rewritten)[0] == 0 or 1 not in [b for b in at(rewritten)[1]], at(rewritten))
    check("rewritten tail, head kept", at(rewritten, "--head", head)[1] == [len(lines)], at(rewritten, "--head", head))
    check("tail cut, head kept", at(lines[:-1], "--head", head)[1] == [0], at(lines[:-1], "--head", head))
    check("head kept, nothing changed", at(lines, "--head", head) == (0, []), at(lines, "--head", head))
    check("first removed", at(lines[1:])[1] == [1], at(lines[1:]))
    spaced = [dict(line) for line in lines]
    spaced[3]["event"] = json.dumps(events[3], sort_keys=True)
    status, verdict, _ = judge(text_of(spaced))
    check("not canonical", status == 1 and {0, 1} <= {b["rule"] for b in verdict["breaches"] if b["line"] == 4}, verdict)


def run_unreadable():
    for text in ("", "not a diary\n", "\0\0\0\n" * 5, "[1,2]\n"):
        status, _, errors = judge(text)
        check("unreadable", status == 2 and len(errors) > 20, f"{text!r}: exit {status} {errors}")
    run = subprocess.run([CHECKER, str(folder / "absent")], capture_output=True, text=True)
    check("absent", run.returncode == 2 and "absent" in run.stderr, run.stderr)
    run = subprocess.run([CHECKER, "--floor", "25:00-1", "x"], capture_output=True, text=True)
    check("usage", run.returncode == 2, run.stderr)


def run_large():
    """50,000 events are judged while nobody waits; a real-clock bound that only catches a quadratic slip."""
    from story import Story
    s = Story()
    s.reboot("boot-a", wall("01 05:00:00"))
    s.add("started", program="loaxad", version="0.1.0")
    item = s.item(1, kind="clip")
    s.approve(item)
    start = wall("01 06:00:00")
    while len(s.events) < 50_000:
        s.plan("s1", start, 120)
        s.now = start - 60 * S
        s.air(occ("s1", start), start, [item], s.permit(occ("s1", start), start, start + 120 * S), start + 120 * S)
        start += 300 * S
    status, verdict, _ = judge(text_of(lines_of(s.events)), s.trace, "--floor", "none")
    check("large", status == 0 and verdict["events"] >= 50_000, verdict and verdict["breaches"][:3])


run_valid()
run_cases()
run_chain()
run_unreadable()
run_large()
print("\n".join(failures) if failures else f"the valid story is clean; {len(CASES)} broken ones are caught at their lines")
sys.exit(1 if failures else 0)
