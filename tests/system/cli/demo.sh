# The demo station: approved bulletins, a frame, and something to hear within minutes at whatever hour.
. "$(dirname "$0")/expect.bash"
speaks || { echo "skipped: no speech here"; exit 77; }
expect 0 "ready" init --demo --device wav:heard
same "what airs" "$(json '[.[].state] | unique | join(",")' item --airing)" approved
[ "$(json length item --airing)" -ge 10 ] || wrong "too little to air"
[ "$(json length item --state submitted)" -ge 1 ] || wrong "nothing waits for approval"
same "the authors approve nothing" "$(json '[.[] | select(.author == .approver)] | length' item --airing)" 0
[ "$(json '.tune * .ident_item * .closing' station)" -gt 0 ] || wrong "no tune, ident or closing words"
next=$(json "[.[] | select(.airs and .start_us > $(date +%s)000000)][0].start_us" plan --from "$(TZ=Asia/Ho_Chi_Minh date +%F)" --days 2)
[ $((next / 1000000 - $(date +%s))) -le 300 ] || wrong "nothing is aired within five minutes"
[ "$(json '[.[] | select(.airs)] | length' plan --from "$(TZ=Asia/Ho_Chi_Minh date -d tomorrow +%F)" --days 1)" -ge 100 ] || wrong "the day is empty"
same "the relay" "$(sed -n 's/^relay = //p' "$LOAXA_STATION/settings.ini")" sim
expect 0 "57-NQ/TW" document
"$loaxa" doctor --json >"$work/doctor"; same "the faults" "$(jq '[.[] | select(.health == "fault")] | length' "$work/doctor")" 0
exit $fault
