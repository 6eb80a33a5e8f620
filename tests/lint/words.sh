exec python3 "$LOAXA_SOURCE/tests/lint/words.py" "$LOAXA_SOURCE"
