# What [speech] of settings.ini says holds wherever a text is read: normalise, lint, check and the sound of a bulletin.
. "$(dirname "$0")/expect.bash"
expect 0 "" init
text="Ngày 5/3/2026, Kế hoạch số 1005-KH/TU hỗ trợ 2.105 hộ nghèo của Thành phố."
echo "$text" >"$work/tin.txt"
north="ngày năm tháng ba năm hai nghìn không trăm hai mươi sáu, kế hoạch số một nghìn không trăm linh năm của tỉnh ủy hỗ trợ hai nghìn một trăm linh năm hộ nghèo của thành phố."
expect 0 "$north" normalise "$work/tin.txt"
expect 0 "$north" bulletin check --spoken "$work/tin.txt"
before=$(json .duration_ms lint "$work/tin.txt")
set_speech() { # LINE...: these alone stand in [speech]
    sed -i '/^\[speech\]/,/^\[/ { /^\[speech\]/b; /^\[/b; d }' "$LOAXA_STATION/settings.ini"
    printf '%s\n' "$@" >"$work/lines"
    sed -i "/^\[speech\]/r $work/lines" "$LOAXA_STATION/settings.ini"
}
set_speech "region = central" "mung = yes" "tu = thanh" "speed = 180" "sentence_ms = 1500"
south="ngày mùng năm tháng ba năm hai ngàn không trăm hai mươi sáu, kế hoạch số một ngàn không trăm lẻ năm của thành ủy hỗ trợ hai ngàn một trăm lẻ năm hộ nghèo của thành phố."
expect 0 "$south" normalise "$work/tin.txt"
expect 0 "$south" bulletin check --spoken "$work/tin.txt"
expect 0 "${north/tỉnh ủy/thành ủy}" normalise --region north --mung=no "$work/tin.txt"
expect 0 "tỉnh ủy" normalise --tu tinh "$work/tin.txt"
after=$(json .duration_ms lint "$work/tin.txt")
[ "$after" -gt $((before + 1000)) ] || wrong "slower and with longer pauses it takes $after ms, before $before ms"
same "check's length" "$(json '.duration_us / 1000 | floor' bulletin check "$work/tin.txt")" "$after"
set_speech "letters = spelled"
expect 0 "tê u" normalise "$work/tin.txt"
set_speech "letters = none"
expect 2 "expanded|dropped|spelled" normalise "$work/tin.txt"
expect 2 "expanded|dropped|spelled" lint "$work/tin.txt"

# The sound of a bulletin: by the same words, pace and treatment.
set_speech ""
speaks || exit $fault
team
expect 0 "1" --as an bulletin add "$work/tin.txt"
set_speech "speed = 170" "sentence_ms = 1500"
expect 0 "2" --as an bulletin add "$work/tin.txt"
set_speech "horn = no"
expect 0 "3" --as an bulletin add "$work/tin.txt"
set_speech "region = south"
expect 0 "4" --as an bulletin add "$work/tin.txt"
length() { json .duration_us item show "$1"; }
sound() { json .sound_hash item show "$1"; }
[ "$(length 2)" -gt $(($(length 1) * 115 / 100)) ] || wrong "at 170 syllables a minute it lasts $(length 2) µs, at 210 $(length 1) µs"
[ "$(sound 1)" != "$(sound 3)" ] || wrong "without the chain for horns it sounds the same"
[ "$(sound 1)" != "$(sound 4)" ] || wrong "the south's words sound like the north's"
set_speech "region = north"
expect 0 "5" --as an bulletin add "$work/tin.txt" --twice
[ "$(length 5)" -gt $(($(length 4) * 18 / 10)) ] || wrong "read twice it lasts $(length 5) µs, once $(length 4) µs"
{ cat "$work/tin.txt"; echo; echo "[đọc hai lần]"; } >"$work/hai.txt"
expect 0 "6" --as an bulletin add "$work/hai.txt" --title "dòng cuối"
same "the sound of --twice and of a last line" "$(sound 5)" "$(sound 6)"
exit $fault
