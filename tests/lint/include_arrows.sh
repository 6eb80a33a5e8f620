exec python3 "$LOAXA_SOURCE/tests/lint/include_arrows.py" "$LOAXA_SOURCE"
