# The command beside a running station: status, an airing by hand, a withdrawal that silences it, hold, clock, ledger.
. "$(dirname "$0")/expect.bash"
speaks || { echo "skipped: no speech here"; exit 77; }
expect 1 "init" status
expect 0 "ready" init
sed -i 's|^device = .*|device = wav:heard|; s|^clock = .*|clock = held|; s|^quiet = .*|quiet = none|; s|^warmup_s = .*|warmup_s = 0|' \
    "$LOAXA_STATION/settings.ini"
expect 0 "" profile set luon-mo
team
expect 1 "not running" status
{ for i in 1 2 3 4 5 6; do echo "Đây là bản tin dài để thử việc thu hồi khi đang phát, câu thứ $i."; done; } >"$work/tin.txt"
expect 0 "1" --as an bulletin add "$work/tin.txt" --title "Tin thử"
expect 0 "" --as an submit 1

"$LOAXA_BIN/loaxa-ampd" --station "$LOAXA_STATION" >"$work/ampd.log" 2>&1 & ampd=$!
"$LOAXA_BIN/loaxad" --station "$LOAXA_STATION" >"$work/loaxad.log" 2>&1 & loaxad=$!
trap 'kill $loaxad $ampd 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
within() { # SECONDS WORDS...: waits until the command is true
    local left=$(($1 * 10)); shift
    while ! "$@" >/dev/null 2>&1; do [ $((left -= 1)) -gt 0 ] || return 1; sleep 0.1; done
}
within 20 "$loaxa" status || { cat "$work/loaxad.log"; wrong "loaxad does not answer"; exit 1; }
onair() { [ "$(json .onair.item status)" = "$1" ]; }
same "silence" "$(json .onair status)" null

expect 1 "" --as an approve 1
expect 0 "" --as binh approve 1
expect 1 "" --as an play 1
expect 0 "m1@" --as lan play 1
within 20 onair "Tin thử" || wrong "the item is not on the air: $("$loaxa" status)"
expect 0 "" --as binh withdraw 1 --words "thử"
within 10 onair null || wrong "it still sounds after its withdrawal"
expect 1 "" --as lan play 1
expect 0 "" hold --for 5m --words "thử"
[ "$(json .hold status)" != null ] || wrong "not held"
expect 0 "" --as lan resume
same "the hold" "$(json .hold status)" null
expect 0 "" --as lan clock accept --words "đã so"
expect 1 "lock" restore /nonexistent
expect 0 "The diary holds" diary verify
same "the closed airing" "$(json '[.[] | select(.type == "closed") | .event.reason] | join(" ")' diary)" withdrawn
same "beside the plan" "$(json '.beside | length' ledger)" 1
expect 0 "ok" doctor
kill $loaxad; wait $loaxad || wrong "loaxad ends with $?"
same "the last event" "$(json '.[-1].type' diary)" stopped
exit $fault
