# systemd accepts the units, and finds them well confined.
command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze"; exit 77; }
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
fault=0
for unit in loaxad loaxa-ampd; do
    # The programs of this build, where they stand; the user that sysusers would make, as one that is there.
    sed -e "s|@CMAKE_INSTALL_FULL_BINDIR@|$LOAXA_BIN|; s|@CMAKE_INSTALL_FULL_SYSCONFDIR@|/etc|" \
        -e 's/^\(User\|Group\)=loaxa$/\1=root/' -e '/^Documentation=/d' \
        "$LOAXA_SOURCE/packaging/systemd/$unit.service.in" >"$folder/$unit.service"
done
for unit in loaxad loaxa-ampd; do
    [ -x "$LOAXA_BIN/$unit" ] || { echo "$unit is not built: its unit is not verified"; continue; }
    complaints=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --recursive-errors=no "$folder/$unit.service" 2>&1)
    status=$?
    # What other units of this machine are faulted for is not ours.
    ours=$(grep "$unit" <<<"$complaints")
    [ $status -eq 0 ] && [ -z "$ours" ] || { echo "$unit: $complaints"; fault=1; }
    exposure=$(systemd-analyze security --offline=yes --threshold=30 "$folder/$unit.service" 2>&1)
    status=$?
    grep 'exposure level' <<<"$exposure"
    [ $status -eq 0 ] || { echo "$unit is less confined than 3.0 of 10"; fault=1; }
done
# A fresh station's floor is one that loaxa-ampd accepts.
grep -qx '22:00-04:30' "$LOAXA_SOURCE/packaging/systemd/floor" || { echo "no hours in the floor's file"; fault=1; }
exit $fault
