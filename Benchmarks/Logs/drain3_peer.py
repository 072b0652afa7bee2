"""Mines log files with Drain3 and prints, as one JSON object, which cluster each line ended in and how fast that went.

drain3_peer.py RUNS FILE...       each file has one message a line; RUNS times over them is what the speed is taken from
"""

import json
import sys
import time

from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

# Drain3 masks nothing by itself; these are the masks that anybody would begin with, the same for every file.
EDGE_BEFORE, EDGE_AFTER = r"((?<=[^A-Za-z0-9])|^)", r"((?=[^A-Za-z0-9])|$)"
MASKS = [
    (r"(\d{1,3}(\.\d{1,3}){3})", "IP"),
    (r"(0x[0-9A-Fa-f]+)", "HEX"),
    (r"([-+]?\d+)", "NUM"),
]


def miner(masked):
    config = TemplateMinerConfig()
    if masked:
        config.masking_instructions = [MaskingInstruction(EDGE_BEFORE + mask + EDGE_AFTER, name) for mask, name in MASKS]
    return TemplateMiner(config=config)


def mine(lines, masked, runs):
    drain = miner(masked)
    clusters = [drain.add_log_message(line)["cluster_id"] for line in lines]
    begin = time.thread_time()
    for _ in range(runs):
        for line in lines:
            drain.add_log_message(line)
    return clusters, runs * len(lines) / max(time.thread_time() - begin, 1e-9)


def main():
    runs, found = int(sys.argv[1]), []
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8", errors="replace", newline="\n") as file:
            lines = file.read().split("\n")[:-1]
        plain, plain_speed = mine(lines, False, runs)
        masked, masked_speed = mine(lines, True, runs)
        found.append({"plain": plain, "plainLinesPerSecond": plain_speed, "masked": masked, "maskedLinesPerSecond": masked_speed})
    print(json.dumps(found))


main()
