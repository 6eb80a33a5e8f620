"""ampd_gpio.py: the real loaxa-ampd on a real kernel's GPIO lines, read back from gpio-sim's own files."""
import glob
import os
import pathlib
import signal
import subprocess
import time

from ampd import AMPD, Daemon, Player, main

BANK = pathlib.Path("/sys/kernel/config/gpio-sim/loaxa-test")
LABEL = "loaxa-relays"
# Zone 0's mute contact is normally closed (active low), zone 1's power line goes by its number.
RELAYS = ("--relay", f"gpio:{LABEL}", "--lines", "0:power=relay0,mute=!relay1 1:power=2,mute=relay3")
OFF, ON = ["0", "0", "0", "1"], ["1", "1", "1", "0"]


def make_chip():
    if not BANK.exists():
        (BANK / "bank0").mkdir(parents=True)
        (BANK / "bank0/num_lines").write_text("8")
        (BANK / "bank0/label").write_text(LABEL)
        for line in range(8):
            (BANK / f"bank0/line{line}").mkdir()
            (BANK / f"bank0/line{line}/name").write_text(f"relay{line}")
    if (BANK / "live").read_text().strip() == "0":
        (BANK / "live").write_text("1")


def lines():
    device = (BANK / "dev_name").read_text().strip()
    found = [glob.glob(f"/sys/devices/platform/{device}/gpiochip*/sim_gpio{line}/value") for line in range(4)]
    return [open(f[0], encoding="ascii").read().strip() if f else "away" for f in found]


def quiet():
    hour = time.gmtime(time.time() + 19 * 3600).tm_hour
    return ("--floor", f"{hour:02d}:00-{hour:02d}:30")


def lines_follow_the_sequence(folder):
    make_chip()
    daemon = Daemon(folder, *RELAYS, floor=quiet())
    assert lines() == OFF, lines()
    player = Player(daemon.path)
    player.play_until("ready", player.want(3), zone=1)
    player.play(2.5, player.want(3))
    assert lines() == ON, lines()
    second = subprocess.run([AMPD, "--socket", f"{folder}/b.sock", *RELAYS, "--zones", "0-1", *quiet()], capture_output=True, text=True)
    assert second.returncode == 3 and "another program holds" in second.stderr, second
    assert daemon.end() == 0
    daemon.judge()


def a_killed_daemon_lets_go_of_power(folder):
    """What a line does then is the chip's matter: gpio-sim lets it go to its pull, and all_off takes it again."""
    make_chip()
    daemon = Daemon(folder, *RELAYS, floor=quiet())
    player = Player(daemon.path)
    player.play_until("ready", player.want(3), zone=1)
    daemon.end(signal.SIGKILL)
    run = subprocess.run([AMPD, "--all-off", "--socket", daemon.path, *RELAYS, "--zones", "0-1", *quiet()])
    assert run.returncode == 0 and [lines()[i] for i in (0, 2)] == ["0", "0"], lines()
    again = Daemon(folder, *RELAYS, floor=quiet())
    assert lines() == OFF, lines()
    again.end()


def a_chip_that_goes_is_a_fault_and_comes_back(folder):
    make_chip()
    daemon = Daemon(folder, *RELAYS, floor=quiet())
    player = Player(daemon.path)
    player.play_until("ready", player.want(3), zone=1)
    (BANK / "live").write_text("0")
    for zone in (0, 1):
        player.play_until("fault", player.want(3), zone=zone)
    daemon.log.seek(0)
    assert "away" in daemon.log.read()
    make_chip()
    player.play_until("ready", player.want(3), zone=1, limit=40)
    assert lines() == ON, lines()
    assert daemon.end() == 0
    daemon.judge()


if __name__ == "__main__":
    main(dict(globals()))
