# A station is made, its people and columns are entered, its segments planned, moved, split and paused.
. "$(dirname "$0")/expect.bash"
expect 1 "init" column
expect 0 "ready" init --title "Đài truyền thanh xã Thử"
expect 1 "already" init
same "the title" "$(json .title station)" "Đài truyền thanh xã Thử"
same "the profile" "$(json .name profile)" "thong-thuong"
[ "$(stat -c %a "$LOAXA_STATION/station.db")" = 600 ] || wrong "others may read station.db"
team || wrong "users were not added"
expect 2 "no role" user add x --roles king
expect 1 "already" user add an
expect 1 "may not" --as an column add "Tin"
expect 0 "1" --as lan column add "Tin trong xã" --genre news
expect 1 "" --as lan column add "Tin trong xã"
expect 0 "1" --as lan segment add "Bản tin" --column "Tin trong xã" --start "1/12/2026 17h10" --duration 15m \
    --rule 'FREQ=WEEKLY;BYDAY=TU,FR'
expect 2 "--rule" --as lan segment add "Sai" --column 1 --start "2026-12-01 17:10" --duration 15m --rule 'FREQ=WEEKLY;BYDAY=XX'
expect 2 "--lunar" --as lan segment add "Sai" --column 1 --start "2026-12-01 17:10" --duration 15m --lunar 'LDAY=31'
expect 2 "--start" --as lan segment add "Sai" --column 1 --duration 15m
expect 1 "" --as lan segment add "Sai" --column 7 --start "2026-12-01 17:10" --duration 15m
starts() { json '.[] | select(.airs) | .start' plan --from 2026-12-01 --days 14 | tr '\n' ' '; }
same "the plan" "$(starts)" "2026-12-01 17:10:00 2026-12-04 17:10:00 2026-12-08 17:10:00 2026-12-11 17:10:00 "

expect 0 "" --as lan segment edit 1 --move "2026-12-04=2026-12-05 18:00" --cancel 8/12/2026 --words "mất điện"
same "the moved plan" "$(starts)" "2026-12-01 17:10:00 2026-12-05 18:00:00 2026-12-11 17:10:00 "
same "the moved identity" "$(json '.[] | select(.verdict == "moved") | .occ' plan --from 2026-12-01 --days 14)" \
    "s1@20261204T171000+0700"
case $(json '.[] | select(.airs | not) | .words' plan --from 2026-12-01 --days 14) in
*"mất điện"*) ;; *) wrong "the plan does not say why one is cancelled" ;; esac
expect 1 "no occurrence" --as lan segment edit 1 --move "2026-12-02=2026-12-03"
expect 0 "" --as lan segment edit 1 --restore 2026-12-04 --restore 2026-12-08
same "the restored plan" "$(starts)" "2026-12-01 17:10:00 2026-12-04 17:10:00 2026-12-08 17:10:00 2026-12-11 17:10:00 "

expect 0 "2" --as lan segment edit 1 --split 8/12/2026 --duration 20m
same "the old part's end" "$(json '.rule' segment show 1)" "FREQ=WEEKLY;BYDAY=TU,FR;UNTIL=20261207"
same "the new part's start" "$(json '.start + " " + .duration' segment show 2)" "20261208T171000 20:00"
same "the split plan" "$(starts)" "2026-12-01 17:10:00 2026-12-04 17:10:00 2026-12-08 17:10:00 2026-12-11 17:10:00 "
expect 0 "" --as lan segment pause 2
same "the paused plan" "$(starts)" "2026-12-01 17:10:00 2026-12-04 17:10:00 "
expect 0 "" --as lan segment resume 2
expect 0 "" --as lan segment remove 1
same "the rest" "$(starts)" "2026-12-08 17:10:00 2026-12-11 17:10:00 "

same "who removed it" "$(json '.[-1] | .login + " " + .action' history segment 1)" "lan remove"
same "the rule before the split" "$(json '[.[] | select(.action == "change") | .before.rule][-1]' history segment 1)" \
    "FREQ=WEEKLY;BYDAY=TU,FR"

expect 2 "UTF-8" --as lan column add $'\xff'
"$loaxa" plan --from 2026-12-01 --days 14 --ics >"$work/plan.ics" || wrong "no calendar"
[ "$(grep -c $'\r$' "$work/plan.ics")" = "$(wc -l <"$work/plan.ics")" ] || wrong "a calendar line without CRLF"
awk '{ if (length($0) > 76) exit 1 }' <(LC_ALL=C cat "$work/plan.ics") || wrong "a calendar line is too long"
LOAXA_LANG=vi expect 0 "phát đúng lịch" plan --from 2026-12-01 --days 14
exit $fault
