# clang-format 14 decides the layout of every C file.
command -v clang-format-14 >/dev/null || { echo "skipped: no clang-format-14"; exit 77; }
cd "$LOAXA_SOURCE" && find base playlists scheduler store player tts hw station cli checker console reports tests \
    -name '*.[ch]' -print0 2>/dev/null | xargs -0 clang-format-14 --dry-run --Werror
