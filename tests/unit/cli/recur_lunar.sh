#!/usr/bin/env bash
# The exact forms of 'loaxa recur' and 'loaxa lunar' that outside checks use.
set -u
loaxa=$LOAXA_BIN/loaxa
export LOAXA_LANG=en
failed=0

wants() { # WHAT EXPECTED ACTUAL
    [ "$2" = "$3" ] && return
    printf '%s:\n  wanted %q\n  got    %q\n' "$1" "$2" "$3"
    failed=1
}

wants "four starts of a weekly rule" \
    "20261201T171000 20261204T171000 20261208T171000 20261211T171000" \
    "$("$loaxa" recur --tz Asia/Ho_Chi_Minh --dtstart 20261201T171000 --rule 'FREQ=WEEKLY;BYDAY=TU,FR' --limit 4 | xargs)"
wants "dates, extra and excepted ones" "20261201 20261203 20261210" \
    "$("$loaxa" recur --tz floating --dtstart 20261201 --rule 'FREQ=DAILY;COUNT=3' --rdate 20261210,20261203 --exdate 20261202 | xargs)"
wants "dates without a rule" "20261201 20261203" \
    "$("$loaxa" recur --tz floating --dtstart 20261201 --rule '' --rdate 20261203 | xargs)"
wants "an instant to begin from" "20300102T050000" \
    "$("$loaxa" recur --dtstart 20200101T050000 --rule 'FREQ=DAILY' --from 20300101T220000Z --limit 1)"
wants "a rule for ever stops by itself" "100" \
    "$("$loaxa" recur --tz UTC --dtstart 20261201T000000 --rule 'FREQ=SECONDLY' | wc -l)"
wants "JSON" '["20261201","20261202"]' \
    "$("$loaxa" recur --tz floating --dtstart 20261201 --rule 'FREQ=DAILY;COUNT=2' --json)"
wants "words in Vietnamese" "thứ Ba và thứ Sáu hằng tuần lúc 17:10" \
    "$(LOAXA_LANG=vi "$loaxa" recur --dtstart 20261201T171000 --rule 'FREQ=WEEKLY;BYDAY=TU,FR' --words)"

refused() { # WORD COMMAND...: exit 2, one sentence with the word, nothing on standard output
    local word=$1 out status
    shift
    out=$("$loaxa" "$@" 2>&1 >/dev/null)
    status=$?
    wants "exit status of: $*" 2 "$status"
    wants "lines of: $*" 1 "$(printf '%s\n' "$out" | wc -l)"
    [[ $out == *"$word"* ]] || { printf '%s: %s (nothing of %q)\n' "$*" "$out" "$word"; failed=1; }
}
refused "BYHOUR" recur --dtstart 20261201T171000 --rule 'FREQ=DAILY;BYHOUR=5,,17'
refused "FREQ is one of" recur --dtstart 20261201T171000 --rule 'FREQ=FORTNIGHTLY'
refused "--rule" recur --dtstart 20261201T171000 --rule ''
refused "--dtstart" recur --rule 'FREQ=DAILY'
refused "--dtstart" recur --dtstart 20260230 --rule 'FREQ=DAILY'
refused "--exdate" recur --dtstart 20261201 --rule 'FREQ=DAILY' --exdate 20261201,,
refused "Mars" recur --tz 'Mars Olympus' --dtstart 20261201 --rule 'FREQ=DAILY'

wants "the day of Tết" "2026-02-17 1/1/2026" "$("$loaxa" lunar 2026-02-17 | cut -d' ' -f1,2)"
wants "a leap month" "2025-07-25 1/6n/2025" "$("$loaxa" lunar 2025-07-25 | cut -d' ' -f1,2)"
wants "two dates, two lines" "2" "$("$loaxa" lunar 2026-02-17 2026-02-18 | wc -l)"
wants "the holiday's name" "Bính Ngọ, Tết Nguyên đán, Mùng một" \
    "$(LOAXA_LANG=vi "$loaxa" lunar 2026-02-17 | cut -d' ' -f3-)"
wants "back" "2026-02-17 2025-07-25" "$("$loaxa" lunar --solar 1/1/2026 1/6n/2025 | xargs)"
wants "lunar JSON" "true" "$("$loaxa" lunar 2025-07-25 --json | grep -o '"leap":true' | cut -d: -f2)"
refused "2026-02-30" lunar 2026-02-30
refused "30/12/2026" lunar --solar 30/12/2026
refused "1/6n/2026" lunar --solar 1/6n/2026
refused "leap month" lunar --solar 2026-01-01
refused "outside" lunar 3000-01-01
exit $failed
