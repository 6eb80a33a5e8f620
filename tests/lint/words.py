#!/usr/bin/python3
"""words.py ROOT: every sentence given to tr(), fail_*() or log_*() stands in a catalogue, with the same conversions."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
LITERAL = r'((?:"(?:\\.|[^"\\])*"\s*(?:PRI[a-zA-Z0-9]+\s*)?)+)'
CALLS = [re.compile(p + LITERAL) for p in (
    r"\btr\(\s*", r"\btr_in\([^,()]*(?:\([^()]*\))?,\s*", r"\bfail_set\(\s*[^,]+,\s*[^,]+,\s*",
    r"\bfail_system\(\s*[^,]+,\s*[^,]+,\s*", r"\bfail_prefix\(\s*[^,]+,\s*", r"/\* tr \*/\s*")]
CONVERSION = re.compile(r"%(?:%|[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j|t)?[a-zA-Z])")


def unquote(literal):
    parts = re.findall(r'"((?:\\.|[^"\\])*)"|(PRI\w+)', literal)
    text = "".join(p or {"PRId64": "ld", "PRIu64": "lu", "PRId32": "d", "PRIu32": "u"}.get(m, m) for p, m in parts)
    return text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\\\", "\\")


table = {}
faults = []
for path in sorted(root.glob("*/vi.tsv")):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            english, vietnamese = (p.replace("\\n", "\n").replace("\\t", "\t") for p in line.split("\t"))
            table[english] = vietnamese
            if CONVERSION.findall(english) != CONVERSION.findall(vietnamese):
                faults.append(f"{path.relative_to(root)}:{number}: the conversions differ")
folders = "base playlists scheduler store player tts hw station cli reports console".split()
for path in sorted(p for f in folders for p in root.glob(f"{f}/**/*.c")):
    text = path.read_text(encoding="utf-8")
    for call in CALLS:
        for match in call.finditer(text):
            sentence = unquote(match.group(1))
            if sentence and sentence not in table and re.search(r"[A-Za-z]{2}", CONVERSION.sub("", sentence)):
                line = text.count("\n", 0, match.start()) + 1
                faults.append(f"{path.relative_to(root)}:{line}: no Vietnamese for: {sentence!r}")
print("\n".join(faults) if faults else f"{len(table)} sentences in both languages")
sys.exit(1 if faults else 0)
