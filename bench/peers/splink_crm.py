"""Runs Splink on a CRM of people, label-free: python splink_crm.py <task.json>; cleans, trains, predicts, clusters at .95.

Cleaning is counted, as it is for the other side. After "mark:done" it writes its pairs, which only the bench reads.
"""

import json
import logging
import os
import sys
import time
import warnings

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

import splink_clean

logging.getLogger("splink").setLevel(logging.ERROR)
warnings.filterwarnings("ignore")

FIELDS = ["first_name", "last_name", "email", "phone", "company", "postal_code"]


def copy(connection: duckdb.DuckDBPyConnection, query: str, path: str) -> None:
    quoted = path.replace("'", "''")
    connection.execute(f"copy ({query}) to '{quoted}' (header true)")


def main(task: dict) -> None:
    steps = {}
    since = time.perf_counter()

    def done(step: str) -> None:
        nonlocal since
        steps[step] = round(time.perf_counter() - since, 2)
        since = time.perf_counter()

    frame = splink_clean.read(task["file"], ["record_id", *FIELDS])
    for field in FIELDS:
        frame[field] = splink_clean.clean(field, frame[field])
    done("clean")

    names = [cl.NameComparison(name).configure(term_frequency_adjustments=True) for name in ("first_name", "last_name")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[
            *names,
            cl.EmailComparison("email"),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("company", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("postal_code").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("first_name", "last_name", "company"),
            block_on("first_name", "last_name", "postal_code"),
            block_on("first_name", "phone"),
            block_on("last_name", "phone"),
            block_on("last_name", "company"),
            block_on("first_name", "company"),
            block_on("last_name", "postal_code", "substr(first_name, 1, 1)"),
            block_on("first_name", "postal_code", "substr(last_name, 1, 2)"),
        ],
    )
    connection = duckdb.connect()
    linker = Linker(DuckDBAPI(connection=connection).register(frame), settings)
    certain = [block_on("email"), block_on("first_name", "last_name", "phone")]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("email"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first_name", "last_name"))
    done("train")
    predicted = linker.inference.predict(threshold_match_weight=-5)
    done("predict")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=0.95)
    copy(connection, f"select record_id as id, cluster_id from {clusters.physical_name}", task["clusters"])
    done("cluster")
    print("mark:done", flush=True)
    pairs = f"select record_id_l as id_l, record_id_r as id_r, match_weight from {predicted.physical_name}"
    copy(connection, pairs, task["pairs"])
    print(json.dumps({"steps": steps, "cores": os.cpu_count()}))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file))
