# loaxa-ampd with Modbus relays, against a relay module of our own over a pty and over TCP.
exec python3 "$LOAXA_SOURCE/tests/system/station/ampd_modbus.py"
