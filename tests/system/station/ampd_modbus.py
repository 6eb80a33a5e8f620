"""ampd_modbus.py: the real loaxa-ampd and a Modbus relay module written here from the protocol's specification (functions 1 and 5),
which shares nothing with libmodbus: RTU over a pty, TCP on the loopback."""
import os
import pathlib
import signal
import socket
import struct
import threading
import time
import tty

from ampd import Daemon, Player, main


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return struct.pack("<H", crc)


class Module:
    """Eight coils; `stuck` ones do not move, a `dead` module says nothing. Coil 1 and 3 are 'mute' and begin unmuted."""

    def __init__(self, unit=1):
        self.unit, self.coils, self.stuck, self.dead, self.said = unit, [True] * 8, set(), False, []

    def answer(self, unit, request):
        function, address, value = struct.unpack(">BHH", request[:5])
        if self.dead or unit != self.unit:
            return None
        if function == 5 and address < 8 and value in (0, 0xFF00):
            if address not in self.stuck:
                self.coils[address] = value == 0xFF00
            self.said.append((address, value == 0xFF00))
            return request[:5]
        if function == 1 and address + value <= 8:
            bits = sum(1 << i for i in range(value) if self.coils[address + i])
            return bytes([1, 1, bits])
        return bytes([function | 0x80, 2])

    def serve_rtu(self, fd):
        buffer = b""
        while True:
            try:
                buffer += os.read(fd, 256)
            except OSError:
                return
            while len(buffer) >= 8:
                frame, buffer = buffer[:8], buffer[8:]
                if crc16(frame[:6]) != frame[6:]:
                    buffer = b""
                    break
                reply = self.answer(frame[0], frame[1:6])
                if reply is not None:
                    reply = frame[:1] + reply
                    os.write(fd, reply + crc16(reply))

    def serve_tcp(self, listener):
        while True:
            peer, _ = listener.accept()
            threading.Thread(target=self.serve_peer, args=(peer,), daemon=True).start()

    def serve_peer(self, peer):
        with peer:
            while True:
                frame = peer.recv(12, socket.MSG_WAITALL)
                if len(frame) < 12:
                    return
                reply = self.answer(frame[6], frame[7:12])
                if reply is not None:
                    peer.sendall(frame[:4] + struct.pack(">HB", len(reply) + 1, frame[6]) + reply)


def quiet():
    hour = time.gmtime(time.time() + 19 * 3600).tm_hour
    return ("--floor", f"{hour:02d}:00-{hour:02d}:30")


LINES = "0:power=0,mute=!1 1:power=2,mute=!3"  # mute contacts are normally closed: current unmutes


def rtu(folder, module):
    master, slave = os.openpty()
    tty.setraw(master)
    threading.Thread(target=module.serve_rtu, args=(master,), daemon=True).start()
    return Daemon(folder, "--relay", f"modbus:{os.ttyname(slave)},unit={module.unit}", "--lines", LINES, floor=quiet())


def wait_for(condition, limit=10):
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def coils_follow_the_sequence(folder):
    module = Module(unit=7)
    daemon = rtu(folder, module)
    wait_for(lambda: module.coils[:4] == [False] * 4)  # all off and muted at the start
    assert module.said[:4] == [(1, False), (0, False), (3, False), (2, False)], module.said
    player = Player(daemon.path)
    player.play_until("ready", player.want(1))
    wait_for(lambda: module.coils[:4] == [True, True, False, False])
    assert daemon.end() == 0
    assert module.coils[:4] == [False] * 4
    off = module.said[-2:]
    assert (1, False) in module.said[6:] and off[-1][1] is False, module.said
    daemon.judge()


def a_coil_that_sticks_is_a_fault_of_its_zone(folder):
    module = Module()
    daemon = rtu(folder, module)
    wait_for(lambda: module.coils[:4] == [False] * 4)
    player = Player(daemon.path)
    module.stuck = {2}
    player.play_until("fault", player.want(3), zone=1)
    player.play_until("ready", player.want(3), zone=0)
    daemon.log.seek(0)
    assert "zone 1: told to switch on, but not on" in daemon.log.read()
    module.stuck = set()
    assert daemon.end() == 0


def one_that_is_on_without_command_is_noticed(folder):
    module = Module()
    daemon = rtu(folder, module)
    player = Player(daemon.path)
    player.play(1.5)
    wait_for(lambda: module.coils[:4] == [False] * 4)
    begun = time.monotonic()
    module.coils[2] = True  # somebody closed the contact by hand
    while module.coils[2]:
        player.play(0.2)
        assert time.monotonic() - begun < 100  # EN 54-16's limit for a fault to be told
    daemon.log.seek(0)
    assert "zone 1: on, though told to switch off" in daemon.log.read()
    assert daemon.end() == 0


def a_module_that_falls_silent_is_a_fault_and_comes_back(folder):
    module = Module()
    daemon = rtu(folder, module)
    player = Player(daemon.path)
    player.play_until("ready", player.want(1))
    module.dead = True
    player.play_until("fault", player.want(1))
    module.dead = False
    wait_for(lambda: player.play(0.3) and module.coils[:4] == [False] * 4, limit=20)
    assert daemon.end() == 0


def a_killed_daemon_leaves_nothing_on(folder):
    """kill -9: the helper sees its parent go and switches off."""
    module = Module()
    daemon = rtu(folder, module)
    player = Player(daemon.path)
    player.play_until("ready", player.want(3), zone=1)
    killed = time.monotonic()
    daemon.end(signal.SIGKILL)
    wait_for(lambda: module.coils[:4] == [False] * 4)
    assert time.monotonic() - killed < 2, "more than two seconds"


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def the_helper_is_confined_and_replaced(folder):
    module = Module()
    daemon = rtu(folder, module)
    player = Player(daemon.path)
    player.play_until("ready", player.want(1))
    helper, = children(daemon.process.pid)
    status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{helper}/status").read_text().splitlines() if ":\t" in line)
    assert status["Seccomp"].strip() == "2" and status["NoNewPrivs"].strip() == "1", status
    links = [os.readlink(f"/proc/{helper}/fd/{fd}") for fd in os.listdir(f"/proc/{helper}/fd")]
    assert not [link for link in links if "relay.jsonl" in link or "lock" in link], links
    os.kill(helper, signal.SIGKILL)
    player.play_until("fault", player.want(1))
    wait_for(lambda: player.play(0.3) and children(daemon.process.pid) not in ([], [helper]), limit=20)
    assert daemon.end() == 0


def tcp_works_as_well(folder):
    module = Module()
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=module.serve_tcp, args=(listener,), daemon=True).start()
    daemon = Daemon(folder, "--relay", f"modbus:127.0.0.1,port={listener.getsockname()[1]}", "--lines", LINES, floor=quiet())
    player = Player(daemon.path)
    player.play_until("ready", player.want(2), zone=1)
    wait_for(lambda: module.coils[:4] == [False, False, True, True])
    assert daemon.end() == 0
    assert module.coils[:4] == [False] * 4
    daemon.judge()


if __name__ == "__main__":
    main(dict(globals()))
