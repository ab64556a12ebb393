"""Salesforce's standard matching rules on one set, rebuilt from its documentation: python salesforce_rules.py <task.json>.

Writes the pairs that a rule matches; each weighs 1. Equations, thresholds, match keys, and that only the first 100 records of a key are
looked at, are documented (Standard Contact / Lead / Account Matching Rule, Match Keys). How the fuzzy methods score is documented by name only:
here Metaphone stands for Metaphone 3, edit distance for keyboard distance, shared letter pairs for the Kullback-Leibler distance of titles. The
account rule is written down from memory. Blank fields never match, but for names beside an equal e-mail. Where in doubt the choice is the one that finds more.
"""

import csv
import json
import sys
from collections import defaultdict
from itertools import product

import jellyfish
import pandas as pd

import splink_clean

PEOPLE = [
    ("first_name", "last_name", "title", "company"),
    ("first_name", "last_name", "email"),
    ("first_name", "last_name", "phone"),
    ("first_name", "last_name", "street", "city"),
    ("first_name", "last_name", "street", "postal_code"),
    ("first_name", "last_name", "street", "title"),
]
COMPANIES = [
    ("name", "street"),
    ("name", "city", "state"),
    ("name", "postal_code"),
    ("name", "phone"),
    ("website", "phone"),
    ("website", "street"),
]
CANDIDATES = 100


def edit(a: str, b: str) -> float:
    return 1 - jellyfish.levenshtein_distance(a, b) / max(len(a), len(b))


def acronym(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) > 1 and short == "".join(word[0] for word in long.split())


def pairs_of(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def titles(a: str, b: str) -> float:
    left, right = pairs_of(a), pairs_of(b)
    return 2 * len(left & right) / max(1, len(left) + len(right))


def is_initial(a: str, b: str) -> bool:
    return a[0] == b[0] and min(len(a.rstrip(".")), len(b.rstrip("."))) == 1


SAME = {
    "first_name": lambda a, b: (
        is_initial(a, b)
        or jellyfish.jaro_winkler_similarity(a, b) >= 0.85
        or jellyfish.metaphone(a) == jellyfish.metaphone(b) != ""
    ),
    "last_name": lambda a, b: edit(a, b) >= 0.9 or jellyfish.metaphone(a) == jellyfish.metaphone(b) != "",
    "title": lambda a, b: acronym(a, b) or titles(a, b) >= 0.5,
    "company": lambda a, b: acronym(a, b) or edit(a, b) >= 0.7,
    "name": lambda a, b: acronym(a, b) or edit(a, b) >= 0.7,
    "street": lambda a, b: edit(a, b) >= 0.8,
    "city": lambda a, b: edit(a, b) >= 0.85,
    # The last four digits are a tenth of the score, of which 80 % is asked.
    "phone": lambda a, b: a[:-4] == b[:-4],
}


def is_same(field: str, a: str | None, b: str | None) -> bool:
    if not a or not b:
        return False
    return a == b or (field in SAME and SAME[field](a, b))


def matches(left: dict, right: dict, equations: list[tuple]) -> bool:
    known: dict[str, bool] = {}

    def agrees(field: str) -> bool:
        if field not in known:
            known[field] = is_same(field, left.get(field), right.get(field))
        return known[field]

    def may_pass(field: str, equation: tuple) -> bool:
        is_open = "email" in equation and field in ("first_name", "last_name") and not (left.get(field) and right.get(field))
        return is_open or agrees(field)

    return any(all(may_pass(field, equation) for field in equation) for equation in equations)


def exchanged(record: dict) -> dict:
    return {**record, "first_name": record.get("last_name"), "last_name": record.get("first_name")}


def sound(text: str | None) -> str:
    return jellyfish.metaphone(text) if text else ""


def keys_of(record: dict, entity: str) -> set[str]:
    get = record.get
    if entity == "company":
        name = (get("name") or "").replace(" ", "")[:5]
        ends = [get("city"), (get("postal_code") or "")[:5], (get("phone") or "")[:-4], (get("street") or "")[:8], get("state")]
        found = {f"{name}|{at}|{end}" for at, end in enumerate(ends) if name and end}
        return found | ({get("website")} if get("website") else set())
    found = {get("email")} if get("email") else set()
    for one in (record, exchanged(record)):
        first, last = one.get("first_name"), sound(one.get("last_name"))
        if not first or not last:
            continue
        company = (get("company") or "").replace(" ", "")[1:5]
        ends = [company, (get("phone") or "")[:-4], (get("street") or "")[:8], (get("email") or "").partition("@")[2]]
        found |= {f"{first[0]}|{last}|{at}|{end}" for at, end in enumerate(ends) if end}
    return found


def records_of(task: dict) -> tuple[list[str], list[dict]]:
    wanted = [task["id"], *task["map"].values(), *([task["source"]] if task["source"] else [])]
    raw = splink_clean.read(task["file"], list(dict.fromkeys(wanted)))
    frame = pd.DataFrame({field: splink_clean.clean(field, raw[column]) for field, column in task["map"].items()})
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    for row in rows:
        if row.get("full_name") and not row.get("last_name"):
            row["first_name"], _, row["last_name"] = row["full_name"].rpartition(" ")
    ids = raw[task["id"]]
    return list(raw[task["source"]] + ":" + ids if task["source"] else ids), rows


def main(task: dict) -> None:
    ids, rows = records_of(task)
    equations = COMPANIES if task["entity"] == "company" else PEOPLE
    blocks: dict[str, list[int]] = defaultdict(list)
    with open(task["out"], "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id_l", "id_r", "match_weight"])
        for at, row in enumerate(rows):
            keys = sorted(keys_of(row, task["entity"]))
            others = {other for key in keys for other in blocks[key][:CANDIDATES]}
            for other in sorted(others):
                sides = [row] if task["entity"] == "company" else [row, exchanged(row)]
                if any(matches(left, right, equations) for left, right in product(sides, [rows[other]])):
                    writer.writerow([ids[other], ids[at], 1])
            for key in keys:
                blocks[key].append(at)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file))
