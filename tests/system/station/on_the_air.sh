# A station of its own, from `loaxa init` to a ledger that an independent checker finds right: an approved clip airs on time
# and whole; one that is withdrawn falls silent; a flipped byte is refused; kill -9 leaves nothing on and nothing twice.
set -euo pipefail
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
export PATH=$LOAXA_BIN:$PATH
folder=$(mktemp -d "${TMPDIR:-/tmp}/loaxa-air-XXXXXX")
export LOAXA_STATION=$folder/station
loaxad=0 ampd=0
finish() {
    kill -9 $loaxad $ampd 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
fault() { echo "FAULT: $*"; tail -n 20 "$folder"/*.log; exit 1; }

tone() { # NAME SECONDS HERTZ: a WAV file, written by hand
    python3 - "$folder/$1.wav" "$2" "$3" <<'P'
import math, struct, sys, wave
path, seconds, hertz = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
with wave.open(path, "wb") as out:
    out.setnchannels(1); out.setsampwidth(2); out.setframerate(16000)
    out.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(2 * math.pi * hertz * i / 16000)))
                             for i in range(int(16000 * seconds))))
P
}
events() { loaxa diary export | python3 -c '
import json, sys
for line in sys.stdin:
    e = json.loads(json.loads(line)["event"])
    if e["type"] == sys.argv[1] and eval(sys.argv[2]):
        print(eval(sys.argv[3]))' "$@"; }
wait_for() { # SECONDS COMMAND…: until it succeeds
    local end=$((SECONDS + $1)); shift
    until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.2; done
}
has_event() { [ -n "$(events "$@")" ]; }
start() { # [DEVICE]
    loaxad --sound "${1:-wav:heard}" 2>>"$folder/loaxad.log" & loaxad=$!
    wait_for 30 loaxa status >"$folder/status" 2>/dev/null || fault "loaxad does not answer"
}
start_ampd() { loaxa-ampd --station "$LOAXA_STATION" 2>>"$folder/ampd.log" & ampd=$!; }

me=$(id -un)
loaxa init --title 'Đài truyền thanh xã Thử' --device wav:heard
loaxa profile set luon-mo
sed -i 's/^clock = .*/clock = held/; s/^quiet = .*/quiet = none/; s/^warmup_s = .*/warmup_s = 0/; s/^hold_s = .*/hold_s = 1/' "$LOAXA_STATION/settings.ini"
loaxa user add lan --roles editor
loaxa user add binh --roles approver
tone one 3 440; tone two 30 660; tone three 3 880
for name in one two three; do loaxa --as lan clip import "$folder/$name.wav" --title "$name" --genre news; done
for item in 1 2 3; do
    loaxa --as lan submit $item
    ! loaxa --as lan approve $item 2>/dev/null || fault "an author approved an own item"
    loaxa --as binh approve $item
done
start_ampd
start

# Aired whole, and heard.
wait_for 30 loaxa play 1 >"$folder/occ" 2>>"$folder/play.log" || fault "item 1 was not taken"
wait_for 40 has_event closed "e['airing'] and e['reason'] == 'completed'" "e['seq']" || fault "the clip was not aired whole"
[ "$(events closed "e['reason'] == 'completed'" "e['frames'] // e['rate']")" = 3 ] || fault "not three seconds"
wav=$(ls "$LOAXA_STATION"/heard/*.wav | head -n 1)
python3 - "$wav" <<'P' || fault "the WAV file holds no three seconds of sound"
import struct, sys, wave
with wave.open(sys.argv[1]) as sound:
    frames, rate, channels = sound.getnframes(), sound.getframerate(), sound.getnchannels()
    samples = struct.unpack("<%dh" % (frames * channels), sound.readframes(frames))[::channels]
loud = [i for i, s in enumerate(samples) if abs(s) > 500]
sys.exit(abs((loud[-1] - loud[0]) / rate - 3) > 0.01)
P

# Withdrawn while it sounds.
wait_for 30 loaxa play 2 >"$folder/occ" 2>>"$folder/play.log" || fault "item 2 was not taken"
wait_for 40 has_event opened "e['item']['id'] == 2" "e['seq']" || fault "the second clip was not opened"
wait_for 40 eval "loaxa status --json | grep -q '\"item\": *\"two\"'" || fault "the second clip is not on the air"
sleep 1
loaxa --as binh withdraw 2 --words 'sai thông tin'
wait_for 20 has_event closed "e['reason'] == 'withdrawn'" "e['seq']" || fault "a withdrawn item went on"
! loaxa play 2 2>"$folder/refused" || fault "a withdrawn item was played"

# A flipped byte is refused at airtime, and recorded.
hash=$(loaxa item show 3 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["sound_hash"])')
object=$LOAXA_STATION/sounds/${hash:0:2}/$hash.flac
chmod u+w "$object"
python3 - "$object" <<'P'
import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(-20, 2); byte = f.read(1)[0]; f.seek(-20, 2); f.write(bytes([byte ^ 1]))
P
wait_for 30 loaxa play 3 >"$folder/occ" 2>>"$folder/play.log" || fault "item 3 was not taken"
wait_for 40 has_event refused "e['item']['id'] == 3 and e['reason'] == 'approval'" "e['seq']" || fault "a changed file was not refused"

# kill -9 in the middle: relays off, the airing closed as `power` at the next start, never played again.
wait_for 30 loaxa play 1 >"$folder/occ" 2>>"$folder/play.log" || fault "item 1 was not taken"
wait_for 40 eval "loaxa status --json | grep -q '\"item\": *\"one\"'" || fault "the first clip is not on the air again"
kill -9 $loaxad; wait $loaxad 2>/dev/null || true
wait_for 10 eval "tail -n 1 '$LOAXA_STATION/relay.jsonl' | grep -q '\"state\": *0'" || fault "the relays stayed on"
[ "$(grep -c '"line": *"power"' "$LOAXA_STATION/relay.jsonl")" -gt 2 ] || fault "the relays never moved"
start
wait_for 20 has_event closed "e['reason'] == 'power'" "e['seq']" || fault "the open airing was not closed"
sleep 2
kill -TERM $loaxad; wait $loaxad || fault "loaxad did not end well"

# Without its card the station stays on duty, says so, and records silence.
start hw:77
wait_for 30 loaxa play 1 >"$folder/occ" 2>>"$folder/play.log" || fault "item 1 was not taken"
wait_for 40 has_event closed "e['reason'] == 'silent'" "e['seq']" || fault "an airing without a card was not closed as silent"
has_event incident "'hw:77' in e['words']" "e['seq']" || fault "the missing card is no incident"
loaxa status >"$folder/status" || fault "loaxad ended with its card missing"
kill -TERM $loaxad; wait $loaxad || fault "loaxad did not end well"
kill -TERM $ampd; wait $ampd || fault "loaxa-ampd did not end well"

loaxa diary verify
loaxa diary export >"$folder/diary.jsonl"
loaxa-check "$folder/diary.jsonl" "$LOAXA_STATION/relay.jsonl" || fault "the checker found breaches"
echo "on the air: whole, withdrawn, refused, killed"
