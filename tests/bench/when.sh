#!/usr/bin/env bash
# How fast recurrences are expanded and sought; and, where npm can fetch it, rrule-rust beside us on the same rule.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
cmake --build "$here/build/release" --target bench_when >/dev/null
"$here/build/release/bench/bench_when"

command -v npm >/dev/null || { echo "rrule-rust: skipped, there is no npm"; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
timeout 120 npm install --silent --no-audit --no-fund rrule-rust >npm.log 2>&1 || { echo "rrule-rust: skipped, npm cannot fetch it"; exit 0; }
cat >measure.mjs <<'JS'
import { RRule, RRuleSet, DateTime, DtStart } from 'rrule-rust';
const rule = 'FREQ=DAILY;BYHOUR=5,17;BYMINUTE=0,30;COUNT=14608';
let count = 0, took = 0;
const begin = process.cpuUsage();
while (took < 1.5) { // a new set each time: an old one answers from its cache
    const start = new DtStart(DateTime.local(2021, 1, 1, 5, 0, 0), 'UTC');
    count += new RRuleSet({ dtstart: start, rrules: [RRule.fromString(rule)] }).all().length;
    took = process.cpuUsage(begin).user / 1e6; // our side counts its own time too
}
console.log((count / took / 1e6).toFixed(2));
JS
theirs=$(node measure.mjs 2>node.log) || { echo "rrule-rust: skipped: $(tail -1 node.log)"; exit 0; }
ours=$("$here/build/release/bench/bench_when" --rate)
awk -v ours="$ours" -v theirs="$theirs" 'BEGIN { printf "FREQ=DAILY;BYHOUR=5,17;BYMINUTE=0,30, ten years: %.1f M/s; rrule-rust %.1f M/s; ratio %.1f\n", ours, theirs, ours / theirs }'
