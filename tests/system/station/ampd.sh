# The real loaxa-ampd with simulated relays: whatever its player does, power ends.
exec python3 "$LOAXA_SOURCE/tests/system/station/ampd.py"
