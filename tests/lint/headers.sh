# Every header compiles alone: it includes what it uses.
cd "$LOAXA_SOURCE" || exit 1
flags=$(pkg-config --cflags libsodium jansson alsa sqlite3 sndfile)
fault=0
for header in {base,playlists,scheduler,store,player,tts,hw,console,reports,station,cli,checker}/*.h; do
    [ -e "$header" ] || continue
    gcc -std=c17 -D_GNU_SOURCE -fsyntax-only -Wall -Werror -I. $flags -x c "$header" || fault=1
done
exit $fault
