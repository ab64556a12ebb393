"""dlt landing all contacts in PostgreSQL by simple-salesforce's pages, as dlt's own Salesforce source does.

python dlt_contacts.py <task.json>; the last line is the count.
"""

import json
import sys

import dlt
import requests
from simple_salesforce import Salesforce


def main(task: dict) -> None:
    session = requests.Session()
    session.verify = task["certificate"]
    client = Salesforce(instance_url=task["url"], session_id=task["token"], session=session, version="62.0")
    count = 0

    @dlt.resource(name="contact", primary_key="Id", write_disposition="replace")
    def contacts():
        nonlocal count
        for record in client.query_all_iter(task["query"]):
            if count == 0:
                print("mark:first", flush=True)
            count += 1
            record.pop("attributes", None)
            yield record

    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=task["folder"],
        destination=dlt.destinations.postgres(task["database"]),
        dataset_name="peer",
    )
    pipeline.run(contacts())
    print(count)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file))
