#!/usr/bin/python3
"""lexicon_base.py OUT.c TABLE.tsv ...: joins the tables of tts/data/ into the C table of lexicon_base.h."""
import sys
import unicodedata

CLASSES = ["abbreviation", "foreign", "name", "unit", "type", "issuer"]


def read(path):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            place = f"{path}:{number}"
            if line != unicodedata.normalize("NFC", line):
                sys.exit(f"{place}: not NFC")
            fields = line.split("\t")
            if not 3 <= len(fields) <= 7 or fields[1] not in CLASSES:
                sys.exit(f"{place}: want key, class, spoken [left, right, priority, note]")
            yield place, fields + [""] * (7 - len(fields))


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    rows, seen = [], {}
    for path in sys.argv[2:]:
        for place, fields in read(path):
            key = (fields[0], fields[1], fields[3], fields[4])
            if key in seen:
                sys.exit(f"{place}: already at {seen[key]}: {fields[0]}")
            seen[key] = place
            rows.append(fields)
    rows.sort(key=lambda fields: fields[0].encode())
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write('#include "tts/lexicon_base.h"\n\nconst struct lexicon_entry lexicon_base[] = {\n')
        for key, kind, spoken, left, right, priority, note in rows:
            out.write(f"    {{.key = {quoted(key)}, .spoken = {quoted(spoken)}, .left = {quoted(left)}, "
                      f".right = {quoted(right)}, .note = {quoted(note)}, .priority = {int(priority or 0)}, "
                      f".class = LEXICON_{kind.upper()}}},\n")
        out.write(f"}};\nconst size_t lexicon_base_count = {len(rows)};\n")


main()
