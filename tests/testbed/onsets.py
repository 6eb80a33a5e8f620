#!/usr/bin/python3
"""onsets.py REC.wav STARTLOG: planned instants ("T <epoch ns>" lines) against the first sounds of a recording.

REC.wav.t0 holds the instant of the recording's first sample. Prints the errors in ms: median, range, number."""
import array
import re
import statistics
import sys
import wave

LOUD = 1500  # of 32768
QUIET_S = 0.2  # so much silence parts two sounds

with wave.open(sys.argv[1]) as recording:
    rate, channels = recording.getframerate(), recording.getnchannels()
    samples = array.array("h", recording.readframes(recording.getnframes()))
begin = int(open(sys.argv[1] + ".t0", encoding="ascii").read().split()[0]) / 1e9
onsets, last = [], -rate
for place, sample in enumerate(samples):
    if abs(sample) > LOUD:
        frame = place // channels
        if frame - last > QUIET_S * rate:
            onsets.append(frame / rate + begin)
        last = frame
planned = [int(ns) / 1e9 for ns in re.findall(r"^T (\d+)", open(sys.argv[2], encoding="utf-8").read(), re.M)]
if not onsets or not planned:
    sys.exit("nothing was heard, or nothing planned")
errors = [min((onset - instant for onset in onsets), key=abs) * 1e3 for instant in planned]
print(f"{len(errors)} starts: error median {statistics.median(errors):+.2f} ms, "
      f"range {min(errors):+.2f} to {max(errors):+.2f} ms")
