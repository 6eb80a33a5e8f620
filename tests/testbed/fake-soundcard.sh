#!/usr/bin/env bash
# fake-soundcard.sh: a sound card that keeps real pace, without hardware: a null sink of PulseAudio in a folder of its
# own, behind alsa-lib's pulse plugin. Several may run side by side.
#
# usage: fake-soundcard.sh start | stop | env | record FILE | record-stop | unplug | replug | crash | restart |
#                          suspend | resume
# FSC_DIR names its folder (default: $TMPDIR/fake-soundcard); FSC_RECORDER the built fscrec. After `start`:
#   eval "$(fake-soundcard.sh env)"    sets ALSA_CONFIG_PATH and PULSE_SERVER; ALSA devices: default, fake, fakeraw
# A recording is exact to the sample; FILE.t0 holds the instant of its sample 0; starts are quantised to 5 ms.
set -euo pipefail
block_ms=5 rate=48000 channels=2
dir=${FSC_DIR:-${TMPDIR:-/tmp}/fake-soundcard}
socket=$dir/pulse.sock
export HOME=$dir/home XDG_RUNTIME_DIR=$dir/run XDG_CONFIG_HOME=$dir/home/.config PULSE_RUNTIME_PATH=$dir/run/pulse
export PULSE_STATE_PATH=$dir/state PULSE_SERVER=unix:$socket PULSE_COOKIE=$dir/cookie
unset DISPLAY DBUS_SESSION_BUS_ADDRESS DBUS_SYSTEM_BUS_ADDRESS || true
# Two traps of the plain null sink: idle, it renders up to 2 s ahead, so that sound begins 2 s late, and rewinds damage
# its monitor. norewinds=1 caps that at 50 ms, and a reader that never ends brings it to the reader's block.
sink="sink_name=fake norewinds=1 rate=$rate channels=$channels format=s16le"
format=(--latency-msec=$block_ms --rate=$rate --channels=$channels --format=s16le)

is_alive() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

end_process() { # PIDFILE [SIGNAL]
    if is_alive "$1"; then
        local pid; pid=$(cat "$1")
        kill -"${2:-TERM}" "$pid" 2>/dev/null || true
        for _ in $(seq 60); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
        kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$1"
}

keep_reading() {
    end_process "$dir/keep.pid"
    parec -d fake.monitor "${format[@]}" </dev/null >/dev/null 2>&1 &
    echo $! >"$dir/keep.pid"
    sleep 0.3
}

launch() {
    rm -f "$socket"
    mkdir -p "$dir"/{home,run,state} "$dir/home/.config"
    chmod 700 "$dir/run"
    cat >"$dir/start.pa" <<-END
	load-module module-null-sink $sink
	load-module module-native-protocol-unix socket=$socket auth-anonymous=1
	set-default-sink fake
	END
    pulseaudio -n --daemonize=no --use-pid-file=no --exit-idle-time=-1 --disallow-exit=no --realtime=no \
        --high-priority=no --disable-shm=yes --log-target=file:"$dir/pulse.log" --log-level=notice \
        -F "$dir/start.pa" </dev/null >"$dir/pulse.out" 2>&1 &
    echo $! >"$dir/pulse.pid"
    for _ in $(seq 100); do
        if [ -S "$socket" ] && pactl info >/dev/null 2>&1; then keep_reading; return 0; fi
        is_alive "$dir/pulse.pid" || break
        sleep 0.05
    done
    echo "fake-soundcard: pulseaudio did not start" >&2
    cat "$dir/pulse.log" "$dir/pulse.out" >&2 || true
    return 1
}

case ${1:-} in
start)
    is_alive "$dir/pulse.pid" && exit 0
    mkdir -p "$dir"
    cat >"$dir/asound.conf" <<-END
	</usr/share/alsa/alsa.conf>
	pcm.fakeraw { type pulse server "unix:$socket" device "fake" handle_underrun 1 }
	ctl.fakeraw { type pulse server "unix:$socket" }
	pcm.fake { type plug slave.pcm "fakeraw" }
	pcm.!default { type plug slave.pcm "fakeraw" }
	ctl.!default { type pulse server "unix:$socket" }
	END
    launch ;;
env) echo "export ALSA_CONFIG_PATH=$dir/asound.conf PULSE_SERVER=unix:$socket PULSE_COOKIE=$dir/cookie FSC_DIR=$dir" ;;
stop)
    end_process "$dir/parec.pid"; end_process "$dir/rec.pid" INT
    end_process "$dir/keep.pid"; end_process "$dir/pulse.pid" ;;
record)
    file=${2:?name a file}
    end_process "$dir/rec.pid" INT
    rm -f "$file" "$file.t0"
    mkfifo "$dir/rec.$$"
    "${FSC_RECORDER:?name the built fscrec}" "$file" $rate $channels <"$dir/rec.$$" >/dev/null 2>&1 &
    echo $! >"$dir/rec.pid"
    parec -d fake.monitor "${format[@]}" </dev/null >"$dir/rec.$$" 2>/dev/null &
    echo $! >"$dir/parec.pid"
    for _ in $(seq 60); do [ -s "$file" ] && [ "$(stat -c %s "$file")" -gt 44 ] && break; sleep 0.02; done
    rm -f "$dir/rec.$$" ;;
record-stop) end_process "$dir/parec.pid"; sleep 0.05; end_process "$dir/rec.pid" INT ;;
unplug) for module in $(pactl list short modules | awk '$2 == "module-null-sink" {print $1}'); do pactl unload-module "$module"; done ;;
replug) pactl load-module module-null-sink $sink >/dev/null; pactl set-default-sink fake; keep_reading ;;
crash) end_process "$dir/pulse.pid" KILL ;;
restart) is_alive "$dir/pulse.pid" || launch ;;
suspend) pactl suspend-sink fake 1 ;;
resume) pactl suspend-sink fake 0 ;;
*) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
