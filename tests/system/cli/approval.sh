# Nobody approves what he wrote; an approval binds to what was heard; a withdrawal stays in the history.
. "$(dirname "$0")/expect.bash"
speaks || { echo "skipped: no speech here"; exit 77; }
expect 0 "" init
team
echo "Mời bà con họp thôn lúc 19h30 ngày 25/11/2026." >"$work/tin.txt"
expect 1 "may not" --as binh bulletin add "$work/tin.txt"
expect 0 "1" --as an bulletin add "$work/tin.txt"
same "the title" "$(json .title item show 1)" "Mời bà con họp thôn lúc 19h30 ngày 25/11/2026"
same "the state" "$(json .state item show 1)" draft
expect 1 "" --as binh approve 1
expect 0 "" --as an submit 1
"$loaxa" user roles an editor,approver
expect 1 "" --as an approve 1
expect 0 "approved" --as binh approve 1

echo "Mời bà con họp thôn lúc 20h ngày 25/11/2026." >"$work/tin.txt"
expect 0 "" --as an bulletin edit 1 "$work/tin.txt"
same "the version that airs" "$(json '.[0].version' item --airing)" 1
expect 0 "" --as an submit 1
sound=$(json .sound_hash item show 1)
file=$LOAXA_STATION/sounds/${sound:0:2}/$sound.flac
cp "$file" "$work/good"; chmod u+w "$file"
printf 'X' | dd of="$file" bs=1 seek=5000 conv=notrunc 2>/dev/null
expect 3 "" --as binh approve 1
cp "$work/good" "$file"
expect 0 "approved" --as binh approve 1
same "the version that airs" "$(json '.[0].version' item --airing)" 2

expect 1 "why" --as binh withdraw 1
expect 0 "withdrawn" --as binh withdraw 1 --words "hoãn họp"
same "what airs" "$(json length item --airing)" 0
same "the history" "$(json '[.approvals[].action] | join(" ")' item show 1)" "submit approve submit approve withdraw"
same "the diary" "$(json '[.[].type] | join(" ")' diary)" "approved approved withdrawn"
expect 0 "The diary holds" diary verify
expect 1 "no item" --as binh approve 99
exit $fault
