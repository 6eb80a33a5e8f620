#!/bin/bash
# What `./dev listen` tells of its files: length, peak, root mean square and crest of known tones.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$work" <<'PY'
import math, struct, sys, wave
for name, seconds, peak in (("raw", 1, 1.0), ("plain", 2, 0.5), ("horn", 2, 0.25)):
    with wave.open(f"{sys.argv[1]}/{name}.wav", "wb") as sound:
        sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(8000)
        sound.writeframes(b"".join(struct.pack("<h", round(32767 * peak * math.sin(2 * math.pi * 500 * i / 8000)))
                                   for i in range(8000 * seconds)))
PY
said=$(python3 "$LOAXA_SOURCE/tests/bench/listen.py" "$work" "$work/no-model") || { echo "$said"; exit 1; }
fault=0
for line in 'raw.wav +1.00 s  peak +-0.0 dB  rms +-3.0 dB  crest +3.0 dB' 'plain.wav +2.00 s  peak +-6.0 dB' \
    'horn.wav +2.00 s  peak +-12.0 dB  rms +-15.1 dB' 'street is left out'; do
    echo "$said" | grep -Eq "$line" || { echo "WRONG: no '$line' in:"; echo "$said"; fault=1; }
done
exit $fault
