# A changed word: for later bulletins, for those not aired yet, or for one alone; what is approved stays valid and airs.
. "$(dirname "$0")/expect.bash"
speaks || { echo "skipped: no speech here"; exit 77; }
mkdir "$LOAXA_STATION"
expect 0 "" lexicon add Ploong loong --apply later # no station yet: only the word is written
expect 1 "init" lexicon add Ploong loong --apply redo
rm -rf "$LOAXA_STATION"
expect 0 "" init
sed -i 's|^clock = .*|clock = held|' "$LOAXA_STATION/settings.ini"
team
make() { # TEXT: a bulletin by an, its number is printed
    echo "$1" >"$work/tin.txt"; "$loaxa" --as an bulletin add "$work/tin.txt"
}
expect 0 "" --as an lexicon add Ploong loong
approved=$(make "Mời bà con thôn Ploong họp lúc 19h30.")
waiting=$(make "Thôn Ploong thu gom rác thải.")
draft=$(make "Thôn Ploong phát quà.")
other=$(make "Mời bà con thôn Đông đi họp.")
gone=$(make "Thôn Ploong hoãn họp.")
expired=$(echo "Thôn Ploong mất điện." >"$work/tin.txt"; "$loaxa" --as an bulletin add "$work/tin.txt" --until 1/1/2020)
expect 0 "" --as an submit "$approved" "$waiting" "$other" "$gone"
expect 0 "" --as binh approve "$approved" "$other" "$gone"
expect 0 "" --as binh withdraw "$gone" --words "hoãn"
state() { json '"\(.version) \(.state)"' item show "$1"; }
sound() { json .sound_hash item show "$1"; }
airing() { json ".[] | select(.id == $1) | .version" item --airing; }
stored() { [ -s "$LOAXA_STATION/sounds/${1:0:2}/$1.flac" ] || wrong "the approved sound is not stored any more"; }
for item in "$approved" "$waiting" "$draft" "$other"; do eval "old_$item=\$(sound $item)"; done
old() { eval "echo \$old_$1"; }

# Later, told or by default: said which keep their sound; nothing of them changes.
expect 0 "3 bulletins with 'Ploong' keep the sound they have: $approved, $waiting, $draft" --as an lexicon add Ploong "pờ loong"
expect 0 "3 bulletins" --as an lexicon add Ploong "pờ loong" --apply later
same "the approved one" "$(state "$approved")" "1 approved"
same "its sound" "$(sound "$approved")" "$(old "$approved")"
same "the one that waits" "$(state "$waiting")" "1 submitted"
after=$(make "Mời bà con thôn Ploong họp lúc 19h30.")
[ "$(sound "$after")" != "$(old "$approved")" ] || wrong "a later bulletin is still read the old way"
new=$(sound "$after")

# One alone: a new version that needs approval; an edit keeps its word, others do not have it.
expect 0 "$approved: version 2 needs approval" --as an lexicon add Ploong "pơ long" --apply "$approved"
same "the new version" "$(state "$approved")" "2 submitted"
same "what airs" "$(airing "$approved")" 1
stored "$(old "$approved")"
own=$(sound "$approved")
[ "$own" != "$new" ] && [ "$own" != "$(old "$approved")" ] || wrong "its own word is not heard"
same "the station's word" "$(json '.[0].spoken' lexicon lookup Ploong)" "pờ loong"
expect 0 "" --as binh approve "$approved"
same "what airs" "$(airing "$approved")" 2
echo "Mời bà con thôn Ploong họp lúc 19h30." >"$work/tin.txt"
expect 0 "" --as an bulletin edit "$approved" "$work/tin.txt"
same "the sound after an edit" "$(sound "$approved")" "$own"
expect 0 "sounds so already" --as an lexicon add Ploong "pơ long" --apply "$approved"
expect 1 "nothing in item $other" --as an lexicon add Ploong "pơ long" --apply "$other"
expect 1 "withdrawn" --as an lexicon add Ploong "pơ long" --apply "$gone"
expect 1 "item 99" --as an lexicon add Ploong "pơ long" --apply 99
expect 2 "later, redo" --as an lexicon add Ploong "pơ long" --apply never
expect 1 "may not" --as binh lexicon add Ploong "pơ lông" --apply "$waiting"
same "who may not changes nothing" "$(state "$waiting") $(grep -c "^$waiting" "$LOAXA_STATION/lexicon-items.tsv")" "1 submitted 0"

# Again: what waits is handed in anew, a draft stays one, an approved one airs as it was until the new one is approved;
# who was withdrawn, expired or has a word of its own is left alone.
second=$(make "Thôn Ploong tiêm phòng cho đàn bò.")
expect 0 "" --as an submit "$second"
expect 0 "" --as binh approve "$second"
before=$(sound "$second")
expect 0 "$second: version 2 needs approval" --as an lexicon add Ploong "bờ loong" --apply redo
same "the approved one" "$(state "$second")" "2 submitted"
same "what airs" "$(airing "$second")" 1
stored "$before"
[ "$(sound "$second")" != "$before" ] || wrong "the new version sounds like the old one"
same "the one that waits" "$(state "$waiting")" "2 submitted"
same "the draft" "$(state "$draft")" "1 draft"
[ "$(sound "$draft")" != "$(old "$draft")" ] || wrong "the draft is still read the old way"
same "the one with its own word" "$(sound "$approved")" "$own"
same "the other" "$(state "$other")" "1 approved"
same "the withdrawn one" "$(state "$gone")" "1 withdrawn"
same "the expired one" "$(state "$expired")" "1 draft"
expect 0 "sounds so already" --as an lexicon add Ploong "bờ loong" --apply redo
same "and once more nothing" "$(state "$second")" "2 submitted"
expect 0 "" --as binh approve "$second"
same "what airs" "$(airing "$second")" 2
expect 0 "" lexicon check
expect 0 "The diary holds" diary verify

# On a terminal it is asked; Enter is "later".
if command -v script >/dev/null; then
    typed() { # KEYS WORD: what stands on the terminal
        printf "$1" | script -qec "$loaxa --as an lexicon add Ploong '$2'" /dev/null
    }
    said=$(typed '\n' "mờ loong")
    case $said in *"1  only in one"*"2  in later ones"*"3  make these again"*) ;; *) wrong "it does not ask: $said" ;; esac
    same "after Enter" "$(state "$second")" "2 approved"
    said=$(LOAXA_LANG=vi typed '\n' "mờ loong")
    case $said in *"chỉ bản này"*"các bản sau"*"làm lại các bản chưa phát"*) ;; *) wrong "it does not ask in Vietnamese: $said" ;; esac
    typed "1\n$second\n" "lờ loong" >/dev/null
    same "after 1" "$(state "$second") $(state "$waiting")" "3 submitted 2 submitted"
    said=$(typed '3\n' "rờ loong")
    same "after 3 ($said)" "$(state "$second") $(state "$waiting")" "3 submitted 3 submitted"
fi

# A backup has the words of single items too.
copy=$("$loaxa" backup "$work" 2>/dev/null)
cmp -s "$copy/lexicon-items.tsv" "$LOAXA_STATION/lexicon-items.tsv" || wrong "the backup does not have the words of single items"
exit $fault
