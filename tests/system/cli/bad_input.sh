# Whatever is wrong ends in one sentence that says the cure; nothing is changed.
. "$(dirname "$0")/expect.bash"
expect 0 "" init
team
one_sentence() { [ "$(printf '%s\n' "$said" | wc -l)" = 1 ] || wrong "more than a sentence: $said"; }
printf 'b\xe1n tin' >"$work/latin"
expect 2 "UTF-8" --as an bulletin add "$work/latin"; one_sentence
head -c 10000000 /dev/zero | tr '\0' 'a' >"$work/long"
expect 1 "too long" --as an bulletin add "$work/long"; one_sentence
: >"$work/empty"
expect 2 "empty" --as an bulletin add "$work/empty"; one_sentence
expect 3 "" --as an bulletin add "$work/none"; one_sentence
printf 'Xem https://vi-du.vn và gặp anh QZX.\n' >"$work/odd"
expect 2 "https://vi-du.vn" --as an bulletin add "$work/odd"
expect 2 "QZX" --as an bulletin check "$work/odd"
expect 2 "" --as an clip import "$work/empty"
expect 2 "" --as an clip import "$work/latin"
same "what was added" "$(json length item)" 0

expect 2 "--days" plan --days 0
expect 2 "--days" plan --days 100000
expect 1 "" --as nobody column add X
expect 2 "" --as "a b" column add X
printf '[sound]\nrate = many\n' >"$LOAXA_STATION/settings.ini"
expect 2 "line 2" column
rm "$LOAXA_STATION/settings.ini"

if command -v sqlite3 >/dev/null; then
    cp "$LOAXA_STATION/station.db" "$work/keep.db"
    sqlite3 "$LOAXA_STATION/station.db" 'PRAGMA user_version = 99' >/dev/null
    expect 3 "newer" column; one_sentence
    expect 3 "newer" migrate
    cp "$work/keep.db" "$LOAXA_STATION/station.db"; rm -f "$LOAXA_STATION"/station.db-*
fi
cp "$LOAXA_STATION/diary.db" "$work/diary.db"
head -c 5000 "$work/diary.db" >"$LOAXA_STATION/diary.db"
expect 3 "" diary; one_sentence
expect 3 "diary.db" doctor
cp "$work/diary.db" "$LOAXA_STATION/diary.db"
LOAXA_LANG=vi expect 2 "UTF-8" --as an bulletin add "$work/latin"
if [ "$(id -u)" = 0 ]; then # root on another's folder becomes that user
    chown -R 65534 "$LOAXA_STATION"; chmod 755 "$work"
    expect 0 "" column add "Tin"
    [ -z "$(find "$LOAXA_STATION" -user root)" ] || wrong "root left files: $(find "$LOAXA_STATION" -user root)"
fi
exit $fault
