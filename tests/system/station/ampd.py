"""ampd.py: attacks on the real loaxa-ampd, judged by the trace that its simulated relays leave (docs/formats/relay-trace.md).

Times are read from the trace's own boot clock; those that only a busy machine could lengthen have room. One behaviour a
function; it ends with the number of failures."""
import json
import os
import pathlib
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

AMPD = os.path.join(os.environ["LOAXA_BIN"], "loaxa-ampd")
MAGIC, HEARTBEAT, QUERY, REPORT, REFUSAL = 0x4D41584C, 1, 2, 3, 4
NORMAL, EMERGENCY = 1, 3
STATES = "off warming ready holding hushed muting resting fault".split()


def boot_ns():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class Player:
    """The player's end, packet by packet; shares no code with the program."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.connect(path)
        self.socket.settimeout(5)
        self.sequence = 0

    def want(self, zones, permit=7, seconds=60, kind=NORMAL, crosses=0, permit_zones=None):
        now = time.time_ns() // 1000
        return struct.pack("<IIQqqqIBB2x96s", zones, 0, permit, now - 1000, now + int(seconds * 1e6),
                           boot_ns() + int(seconds * 1e9), zones if permit_zones is None else permit_zones, kind, crosses, b"test")

    def beat(self, *wants, cut=0):
        self.sequence += 1
        self.socket.send(struct.pack("<IHHQII", MAGIC, 1, HEARTBEAT, self.sequence, len(wants), cut) +
                         b"".join(wants).ljust(576, b"\0"))

    def states(self):
        """The zones' states of the last packet that is there."""
        packet = self.socket.recv(4096)
        while packet and select.select([self.socket], [], [], 0)[0]:
            packet = self.socket.recv(4096) or packet
            if packet[6:8] == b"\x04\0":  # a refusal is the last one
                break
        kind = struct.unpack_from("<IHHQ", packet)[2] if packet else None
        if kind != REPORT:
            return kind, (struct.unpack_from("<I", packet, 16)[0] if packet else None)
        return REPORT, [STATES[packet[24 + 32 * zone]] for zone in range(32)]

    def play(self, seconds, want=None):
        end = time.monotonic() + seconds
        state = None
        while time.monotonic() < end:
            self.beat(*([want] if want else []))
            state = self.states()
            time.sleep(0.1)
        return state

    def play_until(self, state, want, zone=0, limit=10):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            self.beat(want)
            kind, states = self.states()
            if kind == REPORT and states[zone] == state:
                return
            time.sleep(0.05)
        raise AssertionError(f"zone {zone} was never {state}")


class Daemon:
    started = []  # to be ended whatever becomes of a test

    def __init__(self, folder, *options, floor=("--floor", "none"), zones="0-1"):
        self.folder = pathlib.Path(folder)
        self.path, self.trace = str(self.folder / "a.sock"), self.folder / "relay.jsonl"
        self.log = open(self.folder / "log", "a+")
        self.process = subprocess.Popen([AMPD, "--socket", self.path, "--trace", str(self.trace), "--zones", zones, "--warmup", "0.3",
                                         "--hold", "1", "--min-on", "0.2", "--min-off", "0.2", *floor, *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=self.log)
        Daemon.started.append(self.process)
        for _ in range(300):
            if self.process.poll() is not None or self.answers():
                break
            time.sleep(0.02)

    def answers(self):
        try:
            Player(self.path).socket.close()
            return True
        except OSError:
            return False

    def edges(self):
        return [e for e in map(json.loads, self.trace.read_text().splitlines()) if "line" in e]

    def wait_edge(self, zone, line, state, limit=10, after=0):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            found = [e for e in self.edges()[after:] if (e["zone"], e["line"], e["state"]) == (zone, line, state)]
            if found:
                return found[-1]
            time.sleep(0.02)
        raise AssertionError(f"no edge {line} {state} of zone {zone}; trace:\n{self.trace.read_text()}")

    def end(self, sig=signal.SIGTERM):
        self.process.send_signal(sig)
        return self.process.wait(10)

    def judge(self):
        """What must hold of any trace."""
        power, mute, since = {}, {}, {}
        for e in self.edges():
            z = e["zone"]
            if e["line"] == "power" and e["state"]:
                assert mute[z] and not power[z], e
                since[z] = e["boot_ns"]
            if e["line"] == "power" and not e["state"]:
                assert mute[z], e
            if e["line"] == "mute" and not e["state"]:
                assert power[z] and e["boot_ns"] - since[z] >= 300_000_000, e
            if (e["line"] == "power") == bool(e["state"]) and e["cause"] != "start" and (e["line"], e["state"]) != ("mute", 1):
                assert e["permit"] and e["permit_not_before"] <= e["wall"] < e["permit_not_after"], e
                assert e["boot_ns"] < e["permit_deadline_ns"], e
            (power if e["line"] == "power" else mute)[z] = e["state"]


def all_lines_are_off_at_the_start(folder):
    daemon = Daemon(folder)
    edges = daemon.edges()
    assert [(e["zone"], e["line"], e["state"], e["cause"]) for e in edges] == [
        (z, l, s, "start") for z in (0, 1) for l, s in (("mute", 1), ("power", 0))], edges
    assert json.loads(daemon.trace.read_text().splitlines()[0])["start"]["warm_up_ms"] == {"0": 300, "1": 300}
    assert os.stat(daemon.path).st_mode & 0o777 == 0o600
    assert daemon.end() == 0
    assert not os.path.exists(daemon.path)


def a_session_goes_through_the_sequence(folder):
    daemon = Daemon(folder)
    player = Player(daemon.path)
    player.play_until("ready", player.want(1))
    player.play(0.3)
    assert player.play(2.0)[1][0] == "off"
    edges = [(e["line"], e["state"], e["cause"]) for e in daemon.edges() if e["zone"] == 0][2:]
    assert edges == [("power", 1, "wanted"), ("mute", 0, "warm"), ("mute", 1, "unwanted"), ("power", 0, "unwanted")], edges
    daemon.end()
    daemon.judge()


def a_player_killed_is_off_at_once(folder):
    """kill -9 of the process that holds the connection."""
    daemon = Daemon(folder)
    child = os.fork()
    if child == 0:
        player = Player(daemon.path)
        while True:
            player.beat(player.want(3))
            time.sleep(0.1)
    daemon.wait_edge(1, "mute", 0)
    killed = boot_ns()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for zone in (0, 1):
        off = daemon.wait_edge(zone, "power", 0, after=4)
        assert off["cause"] == "player_gone" and off["boot_ns"] - killed < 2_000_000_000, off
    daemon.end()
    daemon.judge()


def a_player_that_hangs_is_off_within_two_seconds(folder):
    daemon = Daemon(folder)
    player = Player(daemon.path)
    player.play_until("ready", player.want(1))
    player.beat(player.want(1))
    last = boot_ns()
    off = daemon.wait_edge(0, "power", 0, after=4)
    assert off["cause"] == "heartbeat_lost" and 1_500_000_000 < off["boot_ns"] - last < 2_000_000_000, off
    successor = Player(daemon.path)  # the hung one still holds its connection
    successor.play_until("ready", successor.want(1, permit=8))
    daemon.end()
    daemon.judge()


def a_second_player_is_refused_while_the_first_is_heard(folder):
    daemon = Daemon(folder)
    player, second = Player(daemon.path), Player(daemon.path)
    player.play_until("ready", player.want(1))
    second.beat()
    assert second.states() == (REFUSAL, 2)
    assert player.play(0.3, player.want(1))[1][0] == "ready"
    daemon.end()
    assert not [e for e in daemon.edges()[4:] if e["line"] == "power" and not e["state"] and e["cause"] != "shutdown"]


def ending_it_mutes_then_switches_off(folder):
    daemon = Daemon(folder)
    player = Player(daemon.path)
    player.play_until("ready", player.want(3))
    assert daemon.end() == 0
    last = daemon.edges()[-4:]
    assert sorted((e["zone"], e["line"], e["state"]) for e in last) == [(0, "mute", 1), (0, "power", 0), (1, "mute", 1), (1, "power", 0)]
    assert all(e["cause"] == "shutdown" for e in last)
    assert last[-1]["boot_ns"] - last[0]["boot_ns"] >= 200_000_000
    daemon.judge()


def a_killed_daemon_starts_by_switching_off(folder):
    daemon = Daemon(folder)
    player = Player(daemon.path)
    player.play_until("ready", player.want(1))
    daemon.end(signal.SIGKILL)
    before = len(daemon.edges())
    again = Daemon(folder)
    assert again.process.poll() is None
    edges = again.edges()[before:]
    assert len(edges) == 4 and all(e["cause"] == "start" and e["permit"] is None for e in edges)
    again.end()


def all_off_follows_a_killed_daemon(folder):
    daemon = Daemon(folder)
    arguments = [AMPD, "--all-off", "--socket", daemon.path, "--trace", str(daemon.trace), "--zones", "0-1"]
    refused = subprocess.run(arguments, capture_output=True, text=True)
    assert refused.returncode == 1 and "stop it first" in refused.stderr, refused
    player = Player(daemon.path)
    player.play_until("ready", player.want(1))
    daemon.end(signal.SIGKILL)
    assert subprocess.run(arguments).returncode == 0
    edges = [(e["zone"], e["line"], e["state"], e["cause"]) for e in daemon.edges()[-4:]]
    assert edges == [(z, l, s, "all_off") for z in (0, 1) for l, s in (("mute", 1), ("power", 0))], edges


def garbage_ends_in_off_and_a_refusal(folder):
    daemon = Daemon(folder)
    for junk in (b"\xff" * 600, b"x", os.urandom(1048), struct.pack("<IHHQ", MAGIC, 2, HEARTBEAT, 1), b"y" * 5000):
        mark = len(daemon.edges())
        player = Player(daemon.path)
        player.play_until("ready", player.want(1))
        player.socket.send(junk)
        off = daemon.wait_edge(0, "power", 0, after=mark)
        assert off["cause"] == "odd_demand", off
        bystander = Player(daemon.path)
        bystander.socket.send(junk)
        assert bystander.states() == (REFUSAL, 3)
    daemon.end()
    daemon.judge()


def forged_permits_switch_nothing_on(folder):
    """Inside the floor's hours, whatever a forged packet claims short of a crossing emergency."""
    utc = time.gmtime(time.time() + 7 * 3600)
    hours = f"{(utc.tm_hour - 1) % 24:02d}:00-{(utc.tm_hour + 2) % 24:02d}:00"
    daemon = Daemon(folder, floor=("--floor", hours))
    player = Player(daemon.path)
    for kind, crosses in ((NORMAL, 0), (EMERGENCY, 0), (NORMAL, 1), (0, 1), (9, 0)):
        player = Player(daemon.path) if crosses or kind > 3 else player
        player.beat(player.want(1, kind=kind, crosses=crosses))
        player.states()
        time.sleep(0.1)
        player.socket.close()
        player = Player(daemon.path)
    player.beat(player.want(1, seconds=200000))  # a deadline days away
    player.beat(player.want(1, permit_zones=2))
    player.beat(player.want(1, permit=0))
    time.sleep(0.2)
    assert len(daemon.edges()) == 4, daemon.trace.read_text()
    player = Player(daemon.path)
    player.play_until("ready", player.want(1, kind=EMERGENCY, crosses=1, permit=9))
    assert daemon.edges()[4]["crosses_quiet_hours"] is True
    daemon.end()


def a_permit_that_lapses_ends_power_in_its_time(folder):
    daemon = Daemon(folder)
    player = Player(daemon.path)
    want = player.want(1, seconds=2)
    player.play(3, want)
    off = daemon.wait_edge(0, "power", 0, after=4)
    assert off["cause"] == "permit" and off["wall"] < off["permit_not_after"], off
    daemon.end()
    daemon.judge()


def a_flood_does_not_keep_power_on(folder):
    """A peer that sends as fast as it can, though nothing that counts as a heartbeat."""
    daemon = Daemon(folder)
    player = Player(daemon.path)
    player.play_until("ready", player.want(1))
    player.beat(player.want(1))
    last, sequence = boot_ns(), 0
    flood = Player(daemon.path)
    flood.socket.setblocking(False)
    while boot_ns() - last < 2_500_000_000:
        try:
            sequence += 1
            flood.socket.send(struct.pack("<IHHQ", MAGIC, 1, QUERY, sequence))
        except BlockingIOError:
            time.sleep(0.0005)
        except OSError:
            break
    off = daemon.wait_edge(0, "power", 0, after=4)
    assert off["boot_ns"] - last < 2_000_000_000, off
    daemon.end()


def another_user_is_refused(folder):
    python = "/usr/bin/python3"  # one that every user may run
    if os.geteuid() != 0 or not os.path.exists(python):
        return "skipped: needs root"
    daemon = Daemon(folder)
    os.chmod(folder, 0o755)
    os.chmod(daemon.path, 0o666)  # even where the file's mode would let it in
    code = ("import socket,sys,struct; s=socket.socket(socket.AF_UNIX,socket.SOCK_SEQPACKET); s.connect(sys.argv[1]); s.settimeout(5); "
            "p=s.recv(99); sys.exit(0 if struct.unpack_from('<IHHQI',p)[2]==4 and p[16]==1 and s.recv(9)==b'' else 1)")
    run = subprocess.run([python, "-c", code, daemon.path], user=65534, group=65534)
    assert run.returncode == 0
    daemon.end()
    daemon = Daemon(folder, "--peer-uid", "65534")
    os.chmod(daemon.path, 0o666)
    code = ("import socket,sys,struct; s=socket.socket(socket.AF_UNIX,socket.SOCK_SEQPACKET); s.connect(sys.argv[1]); s.settimeout(5); "
            "s.send(struct.pack('<IHHQ',0x4d41584c,1,2,1)); sys.exit(0 if struct.unpack_from('<IHHQ',s.recv(4096))[2]==3 else 1)")
    assert subprocess.run([python, "-c", code, daemon.path], user=65534, group=65534).returncode == 0
    daemon.end()


def a_floor_file_that_others_can_write_is_refused(folder):
    path = pathlib.Path(folder) / "floor"
    path.write_text("22:00-04:30\n")
    path.chmod(0o666)
    run = subprocess.run([AMPD, "--socket", f"{folder}/a", "--trace", f"{folder}/t", "--floor-file", str(path)], capture_output=True, text=True)
    assert run.returncode == 1 and "chmod go-w" in run.stderr or os.geteuid() != 0, run
    assert not os.path.exists(f"{folder}/t")


def a_full_disk_is_a_fault_and_not_the_end(folder):
    daemon = Daemon(folder, "--trace", "/dev/full")
    assert daemon.process.poll() is None
    player = Player(daemon.path)
    kind, states = player.play(0.5, player.want(1))
    assert kind == REPORT and states[:2] == ["fault", "fault"], states
    assert daemon.end() == 3  # it could not switch off, and says so
    daemon.log.seek(0)
    assert "could not be switched off" in daemon.log.read()


def write_hook(folder, body):
    hook = pathlib.Path(folder) / "hook"
    hook.write_text(f"#!/bin/sh\n{body}\n")
    hook.chmod(0o755)
    return ("--relay", f"exec:{hook}", "--lines", "300")


def a_program_of_the_stations_own_switches(folder):
    """--relay exec: with its own record, and the trace besides."""
    quiet = time.gmtime(time.time() + 7 * 3600 + 12 * 3600).tm_hour
    daemon = Daemon(folder, *write_hook(folder, f'echo "$1 $2 $3 $4" >>{folder}/hooked'),
                    floor=("--floor", f"{quiet:02d}:00-{quiet:02d}:30"))
    player = Player(daemon.path)
    player.play_until("ready", player.want(1))
    assert daemon.end() == 0
    told = (pathlib.Path(folder) / "hooked").read_text().split("\n")
    zone = [line for line in told if line.startswith("0")]
    assert zone == ["0 mute 1 start", "0 power 0 start", "0 power 1 wanted", "0 mute 0 warm", "0 mute 1 shutdown",
                    "0 power 0 shutdown"], told
    daemon.judge()
    assert len(daemon.edges()) == 8


def a_program_that_hangs_for_one_zone_harms_no_other(folder):
    quiet = time.gmtime(time.time() + 7 * 3600 + 12 * 3600).tm_hour
    daemon = Daemon(folder, *write_hook(folder, "[ $1.$4 = 1.wanted ] && sleep 60; exit 0"),
                    floor=("--floor", f"{quiet:02d}:00-{quiet:02d}:30"))
    player = Player(daemon.path)
    player.play_until("fault", player.want(3), zone=1)
    player.play_until("ready", player.want(3), zone=0)
    assert daemon.end() == 0
    daemon.judge()


def no_floor_is_refused_with_real_relays(folder):
    run = subprocess.run([AMPD, "--socket", f"{folder}/a", *write_hook(folder, "exit 0"), "--floor", "none"], capture_output=True, text=True)
    assert run.returncode == 1 and "simulated relays only" in run.stderr, run


def status_is_printed(folder):
    daemon = Daemon(folder)
    player = Player(daemon.path)
    player.play_until("ready", player.want(2), zone=1)
    run = subprocess.run([AMPD, "--status", "--json", "--socket", daemon.path], capture_output=True, text=True)
    zones = json.loads(run.stdout)
    assert [z["state"] for z in zones] == ["off", "ready"] and zones[1]["permit"] == 7, zones
    daemon.end()
    run = subprocess.run([AMPD, "--status", "--socket", daemon.path], capture_output=True, text=True)
    assert run.returncode == 3 and "not there" in run.stderr, run


def the_supervisor_is_told(folder):
    """READY=1 once everything is off, the watchdog's pings, STOPPING=1."""
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(f"{folder}/notify")
    notify.settimeout(5)
    os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"] = f"{folder}/notify", "400000"
    try:
        daemon = Daemon(folder)
    finally:
        del os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"]
    said = [notify.recv(999).decode() for _ in range(4)]
    assert any("READY=1" in s for s in said) and sum("WATCHDOG=1" in s for s in said) >= 2, said
    daemon.end()
    notify.settimeout(0.5)
    try:
        while True:
            said.append(notify.recv(999).decode())
    except TimeoutError:
        pass
    assert any("STOPPING=1" in s for s in said), said


def main(tests):
    """Runs the tests of a module, or those that are named, and ends the program."""
    failures = 0
    for name, test in tests.items():
        if not getattr(test, "__module__", "") == "__main__" or not getattr(test, "__code__", None) \
                or test.__code__.co_varnames[:test.__code__.co_argcount] != ("folder",) or (sys.argv[1:] and name not in sys.argv[1:]):
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                print("ok  ", name, test(folder) or "", flush=True)
            except Exception as error:  # noqa: BLE001 - each test's own end is told
                failures += 1
                traceback.print_exc()
                log = pathlib.Path(folder) / "log"
                print("FAIL", name, repr(error), log.read_text() if log.exists() else "", flush=True)
            finally:
                while Daemon.started:
                    process = Daemon.started.pop()
                    if process.poll() is None:
                        process.kill()
                        process.wait()
    sys.exit(failures != 0)


if __name__ == "__main__":
    main(dict(globals()))
