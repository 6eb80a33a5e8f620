#!/usr/bin/python3
"""include_arrows.py ROOT: includes point downwards only, and pure folders touch no clock, file or thread."""
import pathlib
import re
import sys

LAYER = {"base": 0, "playlists": 1, "scheduler": 2, "store": 3, "player": 3, "tts": 3, "hw": 3,
         "console": 4, "reports": 4, "station": 5, "cli": 6, "checker": 6}
PURE = {"playlists", "scheduler"}
ALONE = {"checker"}
IMPURE = re.compile(r"\b(fopen|open|read|write|socket|pthread_\w+|time|clock_gettime|gettimeofday|localtime\w*|"
                    r"getenv|walltime_now|monotime_now|zone_load|log_(?:error|warning|notice|info|debug))\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
COMMENT = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', re.S)

root = pathlib.Path(sys.argv[1])
faults = []
for folder, layer in LAYER.items():
    for path in sorted(root.glob(f"{folder}/**/*.[ch]")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root)
        for target in INCLUDE.findall(text):
            other = target.split("/")[0]
            if other not in LAYER or "/" not in target:
                faults.append(f'{name}: "{target}" is not named from the root of the tree')
            elif (folder in ALONE or other in ALONE) and other != folder:
                faults.append(f"{name}: {target}: the checker shares no code with the rest")
            elif other != folder and LAYER[other] >= layer:
                faults.append(f"{name}: {target} does not stand below {folder}/")
        if folder in PURE:
            for call in IMPURE.findall(COMMENT.sub(" ", text)):
                faults.append(f"{name}: {call}() in a pure folder")
print("\n".join(faults) if faults else "every include points down")
sys.exit(1 if faults else 0)
