# What the place allows is data; an always open profile never goes with a real relay. Days of a kind swap the programme.
. "$(dirname "$0")/expect.bash"
expect 0 "" init
expect 0 "luon-mo" profile list
expect 1 "no profile" profile set nonsense
expect 0 "" profile set lien-chieu
expect 0 "" profile set --quiet 21:30-05:00 --sessions 1 --window "5:30-6:30 mon-fri"
same "the profile" "$(json '.quiet + " " + .windows[0] + " " + (.sessions_a_day | tostring)' profile)" \
    "21:30-05:00 05:30-06:30 mon,tue,wed,thu,fri 1"
expect 2 "air window" profile set --window noon
expect 0 "" profile set luon-mo
sed -i 's|^relay = .*|relay = gpio:/dev/gpiochip0|' "$LOAXA_STATION/settings.ini"
expect 1 "always-open" profile set luon-mo
expect 0 "" profile set thong-thuong
sed -i 's|^relay = .*|relay = sim|' "$LOAXA_STATION/settings.ini"

expect 0 "" column add "Tin"
expect 0 "" segment add "Ngày thường" --column 1 --start "2027-02-01 5:30" --duration 10m --rule FREQ=DAILY
expect 0 "1" template add "Tết" --lunar last/12..4/1
expect 0 "" segment add "Chúc Tết" --template 1 --column 1 --start "2027-02-01 6:00" --duration 10m --rule FREQ=DAILY
titles() { json '[.[] | select(.airs) | .title] | unique | join(",")' plan --from "$1" --days 1; }
same "the day before" "$(titles 2027-02-04)" "Ngày thường"
same "the eve of Tết" "$(titles 2027-02-05)" "Chúc Tết"
same "the fourth day" "$(titles 2027-02-09)" "Chúc Tết"
same "the day after" "$(titles 2027-02-10)" "Ngày thường"
expect 2 "no days" template add "Sai" --lunar 31/1
exit $fault
