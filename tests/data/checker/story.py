"""story: a small valid diary and relay trace, made from docs/formats/ alone, for the checker's tests.

Two boots with a power cut in the middle of an item, a stepped clock, a withdrawal on the air, an emergency at
night, a moved and a cancelled occurrence, a manual airing, an outage whose occurrences are filled in as missed.
"""
import copy
import datetime
import hashlib
import json

S = 1_000_000
ZERO = "0" * 64
OFFSET = 7 * 3600


def wall(text):
    """Local civil time of 2026-12 ("01 17:10:00") to microseconds of UTC."""
    day, clock = text.split()
    t = datetime.datetime.fromisoformat(f"2026-12-{day}T{clock}+07:00")
    return int(t.timestamp()) * S


def occ(segment, start_us):
    t = datetime.datetime.fromtimestamp(start_us // S + OFFSET, datetime.timezone.utc)
    return f"{segment}@{t:%Y%m%dT%H%M%S}+0700"


def utc_text(us):
    t = datetime.datetime.fromtimestamp(us // S, datetime.timezone.utc)
    return f"{t:%Y-%m-%dT%H:%M:%S}.{us % S:06d}Z"


def digest(word):
    return hashlib.sha256(word.encode()).hexdigest()


class Story:
    def __init__(self):
        self.events = []
        self.trace = []
        self.boot, self.boot_wall, self.shift = "boot-a", 0, 0  # boot_wall: wall at boot_ns 0, before steps
        self.now = 0  # true time, microseconds, equal to the wall before any step
        self.trust, self.epoch = "trusted", 1
        self.permits = 0

    # clocks
    def reboot(self, name, at):
        self.boot, self.boot_wall, self.now, self.shift = name, at, at, 0

    def wall_now(self):
        return self.now + self.shift

    def ns(self, at=None):
        return ((self.now if at is None else at) - self.boot_wall) * 1000

    def add(self, event_type, **keys):
        seq = len(self.events) + 1
        self.events.append({"v": 1, "seq": seq, "at_us": self.wall_now(), "boot_ns": self.ns(), "boot": self.boot,
                            "epoch": self.epoch, "trust": self.trust, "type": event_type, **keys})
        return seq

    def edge(self, at, zone, line, state, cause, permit):
        none = {"permit": None, "permit_not_before": None, "permit_not_after": None, "permit_deadline_ns": None,
                "class": None, "crosses_quiet_hours": False}
        some = permit and {"permit": permit["permit"], "permit_not_before": utc_text(permit["not_before_us"]),
                           "permit_not_after": utc_text(permit["not_after_us"]), "permit_deadline_ns": self.ns(permit["not_after_us"] - self.shift),
                           "class": permit["class"], "crosses_quiet_hours": permit["crosses_quiet_hours"]}
        self.trace.append({"wall": utc_text(at + self.shift), "boot_ns": self.ns(at), "zone": zone, "line": line,
                           "state": state, "cause": cause, **(some or none)})

    def ampd_start(self):
        self.trace.append({"wall": utc_text(self.wall_now()), "boot_ns": self.ns(), "start": {
            "format": 1, "warm_up_ms": {"1": 3000, "2": 3000}, "settle_ms": 200, "heartbeat_timeout_ms": 1500,
            "floor": "22:00-04:30", "tz": "Asia/Ho_Chi_Minh"}})
        for zone in (1, 2):
            self.edge(self.now, zone, "mute", 1, "start", None)
            self.edge(self.now, zone, "power", 0, "start", None)

    # what happens
    def item(self, number, version=1, kind="bulletin", title="Bản tin"):
        return {"id": number, "version": version, "title": title, "kind": kind, "genre": "news", "language": "vi",
                "source": "UBND", "author": "lan", "approver": "chu-tich", "approved_us": 1, "text_hash": digest(f"t{number}.{version}"),
                "sound_hash": digest(f"s{number}.{version}"), "duration_us": 60 * S, "documents": [], "topics": [], "campaign": None}

    def approve(self, item):
        self.add("approved", item={k: item[k] for k in ("id", "version", "title", "text_hash", "sound_hash")}, by="chu-tich", words="")

    def plan(self, segment, start, length_s=600, grace_s=120, **more):
        self.add("planned", occ=occ(segment, start), segment={"id": int(segment[1:]), "title": "Thời sự", "column": 1,
                 "column_title": "Thời sự", "class": "normal"}, session="", start_us=start, end_us=start + length_s * S,
                 grace_us=grace_s * S, zones=[1, 2], verdict="kept", words="", **more)

    def permit(self, name, start, end, zones=(1, 2), kind="normal", crosses=False):
        self.permits += 1
        keys = dict(permit=self.permits, **{"class": kind}, not_before_us=start - 5 * S, not_after_us=end + 30 * S,
                    zones=list(zones), crosses_quiet_hours=crosses, authority="kế hoạch", occ=name)
        self.add("permit", **keys)
        return keys

    def power_on(self, at, permit, zones=(1, 2)):
        for zone in zones:
            self.edge(at, zone, "power", 1, "wanted", permit)
        for zone in zones:
            self.edge(at + 3 * S, zone, "mute", 0, "warm", permit)

    def power_off(self, at, permit, zones=(1, 2)):
        for zone in zones:
            self.edge(at, zone, "mute", 1, "unwanted", permit)
        for zone in zones:
            self.edge(at + 200_000, zone, "power", 0, "unwanted", permit)

    def open(self, name, position, planned, item, permit, zones=(1, 2), role="item"):
        return self.add("opened", occ=name, position=position, role=role, planned_us=planned, item=item,
                        **{"class": permit["class"]}, column="Thời sự", zones=list(zones), gain_mdb=0,
                        permit=permit["permit"], operator="")

    def close(self, airing, name, first, last, reason="completed", zones=(1, 2)):
        frames = 0 if first is None else (last - first) * 48 // 1000
        return self.add("closed", airing=airing, occ=name, first_us=first, last_us=last, frames=frames, rate=48000,
                        lost_frames=0, peak_mdb=-1000, loudness_mdb=-16000,
                        zones=[{"zone": z, "result": "aired"} for z in zones], reason=reason)

    def outcome(self, name, outcome, reason, start, end, sounds=(), airings=()):
        self.add("outcome", occ=name, outcome=outcome, reason=reason, start_us=start, end_us=end,
                 first_us=min((a for a, _ in sounds), default=None), last_us=max((b for _, b in sounds), default=None),
                 airings=list(airings), words="")

    def air(self, name, start, items, permit, end, verdict="aired", reason="none", late=0, planned=True):
        """A whole occurrence of back-to-back items of 60 s."""
        zones = permit["zones"]
        self.now = start - self.shift - 5 * S
        self.power_on(self.now, permit, zones)
        self.now = start - self.shift - 2 * S
        airings, sounds, at = [], [], start + late
        ids = []
        for position, item in enumerate(items):
            ids.append(self.open(name, position, at, item, permit, zones))
        for airing in ids:
            self.now = at - self.shift + 60 * S
            self.close(airing, name, at, at + 60 * S, zones=zones)
            airings.append(airing)
            sounds.append((at, at + 60 * S))
            at += 60 * S
        self.now += 20 * S
        self.power_off(self.now, permit, zones)
        self.now = max(self.now, end - self.shift) + S
        if planned:
            self.outcome(name, verdict, reason, start, end, sounds, airings)


def tell():
    s = Story()
    s.reboot("boot-a", wall("01 15:00:00"))
    s.now += 60 * S
    s.ampd_start()
    s.add("started", program="loaxad", version="0.1.0")
    a, b, c = s.item(1), s.item(2), s.item(3, kind="clip", title="Nhạc")
    for item in (a, b, c):
        s.approve(item)
    first, second, third = wall("01 17:10:00"), wall("01 18:00:00"), wall("01 19:00:00")
    night, morning = wall("02 05:00:00"), wall("02 05:30:00")
    for segment, start in (("s1", first), ("s2", second), ("s3", third), ("s4", night), ("s5", morning)):
        s.plan(segment, start)
    # 1: aired whole
    s.now = first - 60 * S
    s.air(occ("s1", first), first, [a, b, c], s.permit(occ("s1", first), first, first + 600 * S), first + 600 * S)
    # 2: the clock is put back by ten minutes, then an occurrence is moved and airs, with a withdrawal
    s.now += 300 * S
    s.shift = -600 * S
    s.add("clock", kind="step", difference_us=-600 * S, words="")
    moved = second + 300 * S
    s.add("moved", occ=occ("s2", second), start_us=moved, end_us=moved + 600 * S, by="lan", words="dời 5 phút")
    s.now = moved - s.shift - 60 * S
    name = occ("s2", second)
    p = s.permit(name, moved, moved + 600 * S)
    s.now = moved - s.shift - 5 * S
    s.power_on(s.now, p)
    s.now += 3 * S
    one, two = s.open(name, 0, moved, a, p), s.open(name, 1, moved + 60 * S, b, p)
    s.now = moved - s.shift + 30 * S
    s.add("withdrawn", item={k: a[k] for k in ("id", "version", "title", "text_hash", "sound_hash")}, by="chu-tich", words="sai")
    s.now += S
    s.close(one, name, moved, moved + 30 * S + 400_000, "withdrawn")
    s.now += 60 * S
    s.close(two, name, moved + 31 * S, moved + 91 * S)
    s.now += 20 * S
    s.power_off(s.now, p)
    s.now = moved - s.shift + 601 * S
    s.outcome(name, "aired_short", "withdrawn", moved, moved + 600 * S, [(moved, moved + 91 * S)], [one, two])
    # 3: cancelled by a person; a manual airing instead
    s.outcome(occ("s3", third), "cancelled", "operator", third, third + 600 * S)
    manual = wall("01 19:30:00")
    s.now = manual - s.shift - 60 * S
    s.air(f"m1@{occ('', manual)[1:]}", manual, [c], s.permit("m1", manual, manual + 60 * S), manual + 60 * S, planned=False)
    # an emergency inside the floor's hours
    alarm = wall("01 23:30:00")
    s.now = alarm - s.shift - 30 * S
    s.air(f"e1@{occ('', alarm)[1:]}", alarm, [b], s.permit("e1", alarm, alarm + 60 * S, (1,), "emergency", True), alarm + 60 * S, planned=False)
    # 4: the power is cut in the middle of an item; the rest of that occurrence airs after the restart
    name = occ("s4", night)
    s.now = night - s.shift - 60 * S
    p = s.permit(name, night, night + 600 * S)
    s.now = night - s.shift - 5 * S
    s.power_on(s.now, p)
    s.now += 3 * S
    cut = s.open(name, 0, night, b, p)
    s.open(name, 1, night + 60 * S, c, p)
    unheard = len(s.events)
    s.reboot("boot-b", night + 120 * S)
    s.now += 20 * S
    s.ampd_start()
    s.add("started", program="loaxad", version="0.1.0")
    s.close(cut, name, None, None, "power")
    s.close(unheard, name, None, None, "power")
    p = s.permit(name, night + 180 * S, night + 600 * S)
    s.now = night + 175 * S
    s.power_on(s.now, p)
    s.now += 4 * S
    third_airing = s.open(name, 2, night + 120 * S, c, p)
    s.now = night + 241 * S
    s.close(third_airing, name, night + 181 * S, night + 241 * S)
    s.now += 20 * S
    s.power_off(s.now, p)
    s.now = night + 601 * S
    s.outcome(name, "aired_short", "power", night, night + 600 * S, [(night + 181 * S, night + 241 * S)], [cut, unheard, third_airing])
    # 5: refused at airtime; then an outage of a day, filled in afterwards
    s.add("refused", occ=occ("s5", morning), item={"id": 1, "version": 1, "title": "Bản tin"}, reason="withdrawn", words="")
    s.now = morning + 130 * S
    s.outcome(occ("s5", morning), "missed", "withdrawn", morning, morning + 600 * S)
    s.now = wall("02 06:00:00")
    s.add("stopped", reason="SIGTERM")
    s.now = wall("03 06:00:00")
    s.add("started", program="loaxad", version="0.1.0")
    s.now += 2 * S
    lost = wall("02 17:10:00")
    s.plan("s1", lost, late=True)
    s.outcome(occ("s1", lost), "missed", "stale", lost, lost + 600 * S)
    s.plan("s6", wall("03 17:10:00"))
    s.now += 3600 * S
    s.add("incident", kind="disk", zone=None, words="đầy 90 %")
    return s


def canonical(event):
    return json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def lines_of(events):
    """The export of a list of events, correctly chained."""
    lines, prev = [], ZERO
    for event in events:
        text = canonical(event)
        value = hashlib.sha256(bytes.fromhex(prev) + text.encode()).hexdigest()
        lines.append({"seq": event["seq"], "prev": prev, "hash": value, "event": text})
        prev = value
    return lines


def text_of(lines):
    return "".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines)


def renumber(events):
    """After an event was put in or taken out: numbers and the airings that name them."""
    new = {}
    for number, event in enumerate(events, 1):
        new[event["seq"]] = number
        event["seq"] = number
    for event in events:
        if "airing" in event:
            event["airing"] = new.get(event["airing"], 999999)
        if "airings" in event:
            event["airings"] = [new.get(a, 999999) for a in event["airings"]]
    return events


def fresh():
    s = tell()
    return copy.deepcopy(s.events), copy.deepcopy(s.trace)
