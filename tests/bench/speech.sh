#!/usr/bin/env bash
# Benchmark of speech: processor time of our helper against the espeak-ng command on the same words, at the same speed.
# "voice" is the helper from its start until the bare voice is done, "plain" with loudness, 48 kHz and FLAC besides, "horn"
# with the chain too. Then what a bulletin costs that is in the cache. Not a test: it prints figures.
# Usage: tests/bench/speech.sh [BUILD/bin]
set -eu
bin=$(cd "${1:-build/release/bin}" && pwd)
command -v espeak-ng >/dev/null || { echo "skipped: no espeak-ng command here"; exit 0; }
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export LOAXA_STATION=$work/station LOAXA_LANG=en PATH="$bin:$PATH"
for i in $(seq 6); do
    echo "Thực hiện Công văn số 1032-CV/TU, ngày 22/4/2026 của Thường trực Tỉnh ủy, lúc 7h30 ngày 1$i/5 tại UBND xã, MTTQ xã"
    echo "tổ chức họp dân. Mức hỗ trợ là 1.500.000đ/hộ; hộ nghèo giảm 2,5% so với năm 2025. Đề nghị bà con đến đúng giờ."
    echo
done >"$work/written.txt"
"$bin/loaxa" normalise --document "$work/written.txt" >"$work/words.txt"
python3 - "$bin" "$work" <<'PY'
import json
import os
import resource
import subprocess
import sys
import wave

bin, work = sys.argv[1:]
words = work + "/words.txt"
RUNS = 7


def used():
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime


def least(run):
    """Processor seconds, the least of some runs: a busy machine does not change it much."""
    best, facts = float("inf"), None
    for _ in range(RUNS):
        before = used()
        got = run()
        if used() - before < best:
            best, facts = used() - before, got
    return best, facts


def command():
    subprocess.run(["espeak-ng", "-v", "vi", "-s", "132", "-w", work + "/raw.wav", "-f", words], check=True)


def ours(*options):
    def run():
        script = 'exec "$0" "$@" 3<"$WORDS" 4<>"$SOUND"'
        open(work + "/sound", "w").close()
        done = subprocess.run(["bash", "-c", script, bin + "/loaxa-speak", "--speed", "3500", *options], check=True,
                              env=dict(os.environ, WORDS=words, SOUND=work + "/sound"), stdout=subprocess.PIPE)
        return json.loads(done.stdout)
    return run


def shell():
    subprocess.run(["bash", "-c", 'exec "$0" 3<"$WORDS"', "true"], check=True, env=dict(os.environ, WORDS=words))


raw, _ = least(command)
start, _ = least(shell)
voice = min(ours()()["voice_cpu_us"] for _ in range(RUNS)) / 1e6 - start
with wave.open(work + "/raw.wav") as sound:
    length = sound.getnframes() / sound.getframerate()
print("%-28s %8s %8s %8s" % ("", "CPU ms", "ratio", "sound s"))
print("%-28s %8.1f %8s %8.1f" % ("espeak-ng command", raw * 1000, "", length))
for name, seconds, facts in (("ours, voice", voice, None), ("ours, plain", *least(ours())), ("ours, horn", *least(ours("--horn")))):
    seconds -= start if facts else 0
    print("%-28s %8.1f %8.2f %8s" % (name, seconds * 1000, seconds / raw, "%.1f" % (facts["frames"] / facts["rate"]) if facts else ""))
PY

# A bulletin that was rendered before: a helper that counts stands before the real one.
mkdir "$work/bin"
cp "$bin/loaxa" "$work/bin/loaxa"
printf '#!/bin/sh\ncase "$*" in *--engine*) ;; *) echo said >>"%s/said" ;; esac\nexec "%s/loaxa-speak" "$@"\n' "$work" "$bin" >"$work/bin/loaxa-speak"
chmod +x "$work/bin/loaxa-speak"
"$work/bin/loaxa" init >/dev/null 2>&1
"$work/bin/loaxa" user add an --roles editor
row() { # NAME: adds the bulletin
    : >"$work/said"
    python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
own = resource.getrusage(resource.RUSAGE_CHILDREN)
print("%-28s %8.1f" % (sys.argv[1], (own.ru_utime + own.ru_stime) * 1000), end="")' \
        "$1" "$work/bin/loaxa" --as an bulletin add "$work/written.txt"
    echo " $(wc -l <"$work/said") synthesised"
}
row "bulletin add, new"
row "bulletin add, in the cache"
