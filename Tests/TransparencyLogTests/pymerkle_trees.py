"""Random trees as pymerkle builds them: roots of every size, and an inclusion path for every leaf, as lines of JSON."""
import json
import random
import sys

from pymerkle import InmemoryTree

random.seed(int(sys.argv[1]))
for count in [int(word) for word in sys.argv[2:]]:
    tree = InmemoryTree(algorithm="sha256")
    entries = [random.randbytes(random.randrange(0, 80)) for _ in range(count)]
    for entry in entries:
        tree.append_entry(entry)
    proofs = []
    for _ in range(40):
        size = random.randrange(1, count + 1)
        leaf = random.randrange(size)
        # pymerkle counts leaves from 1; its path begins with the leaf itself.
        path = tree.prove_inclusion(leaf + 1, size).serialize()["path"]
        proofs.append({"leaf": leaf, "size": size, "path": path[1:]})
    print(json.dumps({
        "entries": [entry.hex() for entry in entries],
        "roots": [tree.get_root(size).hex() for size in range(1, count + 1)],
        "proofs": proofs,
    }))
