"""Runs Splink on one set, label-free: python splink_pairs.py <task.json>; writes scored pairs, prints seconds as JSON."""

import json
import logging
import sys
import time
import warnings

import pandas as pd
from splink import DuckDBAPI, Linker, SettingsCreator

import splink_clean
import splink_model
from splink_demos import DEMOS

logging.getLogger("splink").setLevel(logging.ERROR)
warnings.filterwarnings("ignore")


def main(task: dict) -> None:
    started = time.perf_counter()
    wanted = [task["id"], *task["map"].values(), *task["compare"], *([task["source"]] if task["source"] else [])]
    raw = splink_clean.read(task["file"], list(dict.fromkeys(wanted)))
    fields = list(task["map"])
    extras = {f"x_{column}": kind for column, kind in task["compare"].items()}  # no clash with a word of SQL
    frame = pd.DataFrame({"unique_id": raw[task["id"]].astype(str)})
    for field, column in task["map"].items():
        frame[field] = splink_clean.clean(field, raw[column])
    for column, kind in extras.items():
        frame[column] = splink_clean.clean({"name": "full_name"}.get(kind, kind), raw[column.removeprefix("x_")])
    if task["source"]:
        frame["source_dataset"] = raw[task["source"]]
    cleaned = time.perf_counter()

    demo = DEMOS.get(task["model"] or "")
    if demo:
        blocking, certain, recall, training = demo["blocking"], demo["certain"], demo["recall"], demo["training"]
        compare = demo["comparisons"]
    else:
        compare = splink_model.comparisons(fields, extras, task["model"] != "home_address")
        blocking = [splink_model.rule(rule) for rule in splink_model.blocking(frame, fields, extras)]
        certain = [splink_model.rule(rule) for rule in splink_model.certain(fields, extras)]
        training = [splink_model.rule(rule) for rule in splink_model.training(fields, extras)]
        recall = 0.7
    settings = SettingsCreator(
        link_type="link_only" if task["source"] else "dedupe_only",
        comparisons=compare,
        blocking_rules_to_generate_predictions=blocking,
        source_dataset_column_name="source_dataset",
    )
    parts = [part for _, part in frame.groupby("source_dataset")] if task["source"] else [frame]
    database = DuckDBAPI()
    linker = Linker([database.register(part) for part in parts], settings)
    linker.training.estimate_probability_two_random_records_match(certain, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    trained = 0
    for rule in training:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
            trained += 1
        except Exception as error:  # a pass without pairs: the other one has to do
            print(f"training pass left out: {error}", file=sys.stderr)
    predicted = linker.inference.predict(threshold_match_weight=-20)
    columns = ["unique_id_l", "unique_id_r", "match_weight", "match_probability"]
    if task["source"]:
        columns += ["source_dataset_l", "source_dataset_r"]
    pairs = predicted.as_pandas_dataframe()[columns]
    if task["source"]:
        for side in ("l", "r"):
            pairs[f"unique_id_{side}"] = pairs[f"source_dataset_{side}"] + ":" + pairs[f"unique_id_{side}"]
    pairs[columns[:4]].rename(columns={"unique_id_l": "id_l", "unique_id_r": "id_r"}).to_csv(task["out"], index=False)
    ended = time.perf_counter()
    print(json.dumps({"cleanSeconds": cleaned - started, "modelSeconds": ended - cleaned, "passes": trained}))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file))
