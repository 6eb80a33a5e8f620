#!/usr/bin/python3
"""words_table.py OUT.c CATALOGUE.tsv ...: joins the catalogues into the sorted C table of base/words.h."""
import sys


def read(path):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            parts = line.split("\t")
            if len(parts) != 2 or not parts[0] or not parts[1]:
                sys.exit(f"{path}:{number}: want English, TAB, Vietnamese")
            yield f"{path}:{number}", *(p.replace("\\n", "\n").replace("\\t", "\t") for p in parts)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def main():
    table = {}
    for path in sys.argv[2:]:
        for place, english, vietnamese in read(path):
            if table.setdefault(english, vietnamese) != vietnamese:
                sys.exit(f"{place}: another catalogue translates this in another way: {english}")
    rows = sorted(table.items(), key=lambda row: row[0].encode())
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write('#include "base/words.h"\n\nconst struct word_pair words_vietnamese[] = {\n')
        for english, vietnamese in rows:
            out.write(f"    {{{quoted(english)}, {quoted(vietnamese)}}},\n")
        out.write("    {0},\n};\n")
        out.write(f"const size_t words_vietnamese_count = {len(rows)};\n")


main()
