# Before a broadcast is due it can be seen what fills it, that a sound is not as approved, and that nothing fills it.
. "$(dirname "$0")/expect.bash"
speaks || { echo "skipped: no speech here"; exit 77; }
expect 0 "" init
team
expect 0 "" profile set luon-mo
expect 0 "1" --as lan column add "Tin"
echo "Mời bà con họp thôn tối nay." | "$loaxa" --as an bulletin add - --column 1 --title "Họp thôn" >/dev/null || wrong "no bulletin"
soon=$(TZ=Asia/Ho_Chi_Minh date -d '+2 hours' '+%F %H:%M')
expect 0 "1" --as lan segment add "Bản tin" --column 1 --start "$soon" --duration 10m
expect 1 "1 of 1" preflight
expect 0 "" --as an submit 1
expect 0 "" --as binh approve 1
expect 0 "Họp thôn" preflight
same "what fills it" "$(json '.[0].items | join(",")' preflight)" "Họp thôn"
same "beyond its horizon" "$(json length preflight --hours 1)" 0
sound=$(json .sound_hash item show 1); file=$LOAXA_STATION/sounds/${sound:0:2}/$sound.flac
cp "$file" "$work/good"; chmod u+w "$file"; printf X | dd of="$file" bs=1 seek=2000 conv=notrunc 2>/dev/null
expect 1 "not what was approved" preflight
cp "$work/good" "$file"
expect 0 "" preflight
expect 0 "" --as binh withdraw 1 --words "hoãn"
expect 1 "nothing fills it" preflight
exit $fault
