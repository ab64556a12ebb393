"""Runs GoldenMatch on one set by its automatic configuration: python goldenmatch_clusters.py <task.json>; writes id and cluster.

It is given the file as it is, but for the column of ids, which it would not compare. What it refuses is told as JSON: {"refused": why}.
"""

import csv
import json
import logging
import os
import sys
import warnings

os.environ.setdefault("GOLDENMATCH_LOG_LEVEL", "ERROR")
import goldenmatch  # noqa: E402
import pyarrow  # noqa: E402
import pyarrow.csv  # noqa: E402

logging.disable(logging.WARNING)
warnings.filterwarnings("ignore")


def main(task: dict) -> None:
    columns = [task["id"], *task["columns"]]
    with open(task["file"], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cells = {name: [row[name] or None for row in rows] for name in columns}
    table = pyarrow.table({name: pyarrow.array(cells[name], pyarrow.string()) for name in task["columns"]})
    try:
        result = goldenmatch.dedupe_df(table)
    except Exception as error:
        print(json.dumps({"refused": f"{type(error).__name__}: {error}"[:200]}))
        return
    cluster = {}
    for name, found in result.clusters.items():
        for member in found["members"]:
            cluster[member] = name
    with open(task["out"], "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "cluster_id", *(["source"] if task["source"] else [])])
        for at, row in enumerate(rows):
            source = [row[task["source"]]] if task["source"] else []
            writer.writerow([row[task["id"]], cluster.get(at, f"alone {at}"), *source])


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file))
