#!/bin/bash
# loaxa normalise as a filter: a line for a line whatever comes in, problems on standard error with
# line, column and cure, exit status 1 at the end; and what the station's lexicon changes.
set -u
export LC_ALL=C.UTF-8 LOAXA_LANG=en
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LOAXA_STATION=$work
loaxa=$LOAXA_BIN/loaxa
faults=0
expect() { # WHAT WANTED HAVE
    if [ "$2" != "$3" ]; then
        printf '%s: want\n%s\nhave\n%s\n' "$1" "$2" "$3"
        faults=$((faults + 1))
    fi
}

# Seven lines in, seven out: empty, decomposed, Windows line end, malformed, NUL, hidden direction, no end.
printf 'Họp lúc 7h\n\nHo\xcc\xa3p\r\nx\xe0 y\nm\x00t\nan \xe2\x80\xaeninh\ncuối' >"$work/lines"
"$loaxa" normalise <"$work/lines" >"$work/out" 2>"$work/err"
expect "exit status with problems" 1 $?
expect "lines" 7 "$(wc -l <"$work/out")"
expect "first line" "họp lúc bảy giờ" "$(sed -n 1p "$work/out")"
expect "an empty line" "" "$(sed -n 2p "$work/out")"
expect "decomposed" "họp" "$(sed -n 3p "$work/out")"
expect "last line without its end" "cuối" "$(sed -n 7p "$work/out")"
expect "the malformed byte is named" 1 "$(grep -c "^line 4, column 2: encoding:.*UTF-8" "$work/err")"
expect "the hidden character is named" 1 "$(grep -c "^line 6, column 4: hidden:" "$work/err")"

echo 'xã có 15 thôn' | "$loaxa" normalise >/dev/null 2>"$work/err"
expect "exit status without problems" 0 $?
expect "silence without problems" "" "$(cat "$work/err")"

# Vietnamese for the people of the commune.
expect "cure in Vietnamese" 1 "$(echo 'Số -CV/ĐU' | LOAXA_LANG=vi "$loaxa" normalise 2>&1 >/dev/null | grep -c 'dòng 1, cột 1: blank:.*điền')"

# Ways of one text: paragraphs, rules, JSON.
printf 'Thực hiện Nghị quyết số\n57-NQ/TW\n\n- Lưu: VT.\n' >"$work/text"
expect "paragraphs" "thực hiện nghị quyết số năm mươi bảy của trung ương
lưu: văn thư." "$("$loaxa" normalise --document "$work/text")"
expect "explain" "9-14	time	19h05	mười chín giờ năm phút" \
    "$(echo 'Họp lúc 19h05' | "$loaxa" normalise --explain | grep time | sed 's/^[0-9]*-[0-9]*/9-14/')"
expect "json" "họp 8" "$(echo 'Họp 8h' | "$loaxa" normalise --json --explain |
    python3 -c 'import json, sys; o = json.load(sys.stdin); print(o["words"][0]["word"], o["words"][1]["end"])')"
expect "region" "một ngàn không trăm lẻ năm" "$(echo 1005 | "$loaxa" normalise --region south)"
"$loaxa" normalise --region west </dev/null 2>/dev/null
expect "an unknown region" 2 $?

# The station's own lexicon.
"$loaxa" lexicon add 'Nà Phặc' 'nà phạc' --note 'as the village says' || faults=$((faults + 1))
expect "own reading" "thôn nà phạc" "$(echo 'thôn Nà Phặc' | "$loaxa" normalise)"
"$loaxa" lexicon add 'Xyz' 'xyz' 2>/dev/null
expect "a reading that is no syllable" 2 $?
"$loaxa" lexicon check || faults=$((faults + 1))
"$loaxa" lexicon remove 'Nà Phặc' || faults=$((faults + 1))
expect "removed" "thôn nà phặc" "$(echo 'thôn Nà Phặc' | "$loaxa" normalise)"
"$loaxa" lexicon remove 'Nà Phặc' 2>/dev/null
expect "removed twice" 1 $?

# Much of it: 20,000 digits, 2 MB of one letter, of brackets, of emoji.
python3 -c 'print("7" * 20000); print("a" * 2000000); print("[[" * 500000); print("😀<" * 200000)' >"$work/much"
"$loaxa" normalise <"$work/much" >"$work/out" 2>"$work/err"
expect "lines of much" 4 "$(wc -l <"$work/out")"
expect "nothing said of much" "" "$(tr -d '\n' <"$work/out")"
expect "no flood of sentences" 1 "$(test "$(wc -c <"$work/err")" -lt 5000 && echo 1)"

printf 'Xây dựng, chính đốn Đảng. Số -CV/ĐU\n' | "$loaxa" lint --json >"$work/out" 2>/dev/null
expect "lint blocks" 1 $?
expect "lint names the slip" "slip unreadable" \
    "$(python3 -c 'import json, sys; print(*[n["kind"] for n in json.load(open(sys.argv[1]))["notes"]])' "$work/out")"
[ "$faults" = 0 ] && echo "a line for a line"
exit $((faults != 0))
