# The player on a paced card (tests/testbed/fake-soundcard.sh): a start, a card that is unplugged and back, a sound
# server that dies. Asserts what was reported and that nothing hangs; times only loosely, since other work may run.
for tool in pulseaudio pactl parec python3; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
probe=$LOAXA_BIN/../tests/playprobe
work=$(mktemp -d)
export FSC_DIR=$work/card FSC_RECORDER=$LOAXA_BIN/../tests/fscrec
card=$LOAXA_SOURCE/tests/testbed/fake-soundcard.sh
trap 'bash "$card" stop >/dev/null 2>&1; rm -rf "$work"' EXIT
bash "$card" start || { echo "skipped: pulseaudio does not run here"; exit 77; }
eval "$(bash "$card" env)"

python3 - "$work" <<'END'
import math, struct, sys, wave
for name, seconds in (("burst", 0.05), ("long", 8)):
    with wave.open(f"{sys.argv[1]}/{name}.wav", "wb") as out:
        out.setparams((2, 2, 48000, 0, "NONE", ""))
        out.writeframes(b"".join(struct.pack("<hh", v, v) for v in
                                 (int(14000 * math.cos(i / 7.6)) for i in range(int(seconds * 48000)))))
END

# libpulse is built without TSan, which then misses its locks.
printf '%s\n' 'race:libpulse' 'race:^pa_' 'mutex:libpulse' 'deadlock:libpulse' >"$work/tsan"
export TSAN_OPTIONS="suppressions=$work/tsan ${TSAN_OPTIONS:-}"

fault=0
check() { # WORDS FILE PATTERN
    grep -Eq "$3" "$2" || { echo "not seen: $1"; cat "$2"; fault=1; }
}

echo "a start"
bash "$card" record "$work/start.wav"
timeout 60 "$probe" -D fake -n 3 -l 1500 "$work/burst.wav" >"$work/start" 2>&1 || { echo "it hangs"; cat "$work/start"; exit 1; }
bash "$card" record-stop
check "three airings, whole" "$work/start" 'ended session 3 .* completed frames 2400 lost 0'
python3 "$LOAXA_SOURCE/tests/testbed/onsets.py" "$work/start.wav" "$work/start" | tee "$work/onsets"
python3 - "$work/onsets" <<'END' || fault=1
import re, sys
median = float(re.search(r"median ([-+0-9.]+)", open(sys.argv[1]).read()).group(1))
sys.exit(0 if abs(median) < 250 else "far from the planned instant")
END

echo "unplugged and back"
timeout 90 "$probe" -D fake -l 1500 "$work/long.wav" >"$work/unplug" 2>&1 &
player=$!
sleep 4; bash "$card" unplug >/dev/null; sleep 1.5; bash "$card" replug >/dev/null
wait $player || { echo "it hangs"; fault=1; }
check "a fault" "$work/unplug" '^fault '
check "sound came back" "$work/unplug" '^recovered '
check "the airing, with its loss" "$work/unplug" '^ended session 1 .* completed frames [0-9]+ lost [1-9][0-9]*'

echo "the sound server dies"
timeout 90 "$probe" -D fake -l 1500 "$work/long.wav" >"$work/crash" 2>&1 &
player=$!
sleep 4; bash "$card" crash
wait $player || { echo "it hangs"; fault=1; }
check "a fault" "$work/crash" '^fault '
check "what was heard" "$work/crash" '^ended session 1 .* device frames [0-9]+ lost [1-9][0-9]*'
check "the session's end" "$work/crash" '^session-ended '
exit $fault
