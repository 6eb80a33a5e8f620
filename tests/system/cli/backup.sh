# A backup comes back whole; a diary that was lost is replaced by the backup's, and the restore is recorded in it.
. "$(dirname "$0")/expect.bash"
expect 0 "" init --title "Đài cũ"
expect 0 "" column add "Trước"
copy=$("$loaxa" backup) || wrong "no backup"
[ -f "$copy/diary.db" ] || wrong "the backup has no diary"
expect 0 "" column add "Sau"
expect 0 "kept" restore "$copy"
same "the columns" "$(json '[.[].title] | join(",")' column)" "Trước"
same "the diary" "$(json length diary)" 0

rm "$LOAXA_STATION"/diary.db
expect 0 "backup's" restore "$copy"
same "the restored event" "$(json '.[0].type' diary)" restored
expect 0 "The diary holds" diary verify
truncate -s 3000 "$copy/station.db"
expect 3 "" restore "$copy"
same "the columns after a bad backup" "$(json '[.[].title] | join(",")' column)" "Trước"
expect 1 "/nonexistent" restore /nonexistent
( exec 9>"$LOAXA_STATION/run/lock"; flock 9; "$loaxa" restore "$copy" >/dev/null 2>&1; [ $? = 1 ] ) || wrong "restored under loaxad"
expect 0 "nothing to do" migrate
exit $fault
