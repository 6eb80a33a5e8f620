# The manual pages are clean roff, name every command, and the completion is a bash script that works.
command -v man >/dev/null && command -v groff >/dev/null || { echo "skipped: no man"; exit 77; }
share=$LOAXA_BIN/../share
fault=0
for page in "$share"/man/man*/*.? "$share"/man/vi/man*/*.? "$LOAXA_SOURCE"/packaging/man/*.?; do
    [ -e "$page" ] || { echo "$page is missing: build the target loaxa_manual_pages"; exit 1; }
    complaints=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=100 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
    [ -z "$complaints" ] || { echo "$page: $complaints"; fault=1; }
done
for command in $("$LOAXA_BIN/loaxa" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    grep -q "^\.SS $command\$" "$share/man/man1/loaxa.1" || { echo "loaxa(1) has no $command"; fault=1; }
done
completed=$(bash -c '. "$1"; COMP_WORDS=(loaxa --station /tmp pla); COMP_CWORD=3; _loaxa; echo "${COMPREPLY[*]}"' - \
    "$share/bash-completion/completions/loaxa")
case " $completed " in *" play "*) ;; *) echo "'pla' completes to '$completed'"; fault=1 ;; esac
exit $fault
