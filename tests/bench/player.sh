#!/usr/bin/env bash
# The player on the paced card, beside mpd where it is installed: how far from its second a sound starts, and what 60 s
# of WAV, FLAC and MP3 cost in processor time (loudness gain, limiter and metering on; mpd plays plainly) and memory.
# Both play at the same time, so that other work on the machine weighs on both.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
for tool in pulseaudio parec sox flac lame; do
    command -v "$tool" >/dev/null || { echo "skipped: there is no $tool (apt-get install pulseaudio pulseaudio-utils sox flac lame mpd mpc)"; exit 0; }
done
cmake --build "$here/build/release" --target playprobe fscrec >/dev/null
probe=$here/build/release/tests/playprobe
card=$here/tests/testbed/fake-soundcard.sh
work=$(mktemp -d)
export FSC_DIR=$work/card FSC_RECORDER=$here/build/release/tests/fscrec
mpd=0
trap '[ $mpd = 0 ] || kill $mpd; bash "$card" stop >/dev/null 2>&1; rm -rf "$work"' EXIT
bash "$card" start || { echo "skipped: pulseaudio does not run here"; exit 0; }
eval "$(bash "$card" env)"
cd "$work"
sox -n -r 48000 -c 2 -b 16 burst.wav synth 0.05 sine 1000 gain -6
sox -n -r 48000 -c 2 -b 16 minute.wav synth 60 pinknoise synth 60 sine amod 3 gain -n -4
flac -s minute.wav
lame --quiet -b 128 minute.wav minute.mp3

bash "$card" record starts.wav
"$probe" -D fake -n "${STARTS:-20}" -l 1500 burst.wav >starts.log
bash "$card" record-stop
echo "one card opening each: $(python3 "$here/tests/testbed/onsets.py" starts.wav starts.log)"

if command -v mpd >/dev/null && command -v mpc >/dev/null; then
    mkdir mpd
    cat >mpd/conf <<-END
	music_directory "$work"
	playlist_directory "$work/mpd"
	db_file "$work/mpd/db"
	bind_to_address "$work/mpd/socket"
	audio_output {
	  type "alsa"
	  name "card"
	  device "fake"
	  mixer_type "none"
	}
	replaygain "off"
	END
    mpd --no-daemon --stderr mpd/conf 2>mpd/log &
    mpd=$!
    export MPD_HOST=$work/mpd/socket
    for _ in $(seq 50); do mpc -q status >/dev/null 2>&1 && break; sleep 0.1; done
fi

spent() { awk -v hz="$(getconf CLK_TCK)" '{printf "%.2f", ($14 + $15) / hz}' "/proc/$1/stat"; }

for file in minute.wav minute.flac minute.mp3; do
    if [ $mpd != 0 ]; then
        mpc -q clear; mpc -q add "file://$work/$file"
        before=$(spent $mpd)
        mpc -q play
    fi
    ours=$("$probe" -D fake -g -3 $file | tail -1)
    theirs="no mpd beside it"
    if [ $mpd != 0 ]; then
        sleep 0.5
        theirs="mpd $(awk -v a="$before" -v b="$(spent $mpd)" 'BEGIN {printf "%.2f s", b - a}'), $(awk '/VmRSS/ {print $2}' /proc/$mpd/status) KiB"
    fi
    echo "$file: $ours; $theirs"
done
