"""Clients of Salesforce by other hands do their work against the local org: python clients.py <https url> <http url>"""
import sys
import urllib.parse
import requests
from salesforce_bulk import SalesforceBulk
from simple_salesforce import Salesforce

secure, plain = sys.argv[1:]
login = {"grant_type": "client_credentials", "client_id": "assay-emulator", "client_secret": "assay-emulator-secret"}
token = requests.post(f"{plain}/services/oauth2/token", data=login).json()["access_token"]


def same(what, got, wanted):
    print(f"{what}: {got}")
    if got != wanted:
        sys.exit(f"{what}: {wanted} expected")


sf = Salesforce(instance_url=secure, session_id=token)
count = sf.query("select count() from Contact")["totalSize"]
same("an org with contacts", count > 100, True)
same("simple-salesforce, REST", sum(1 for _ in sf.query_all_iter("select Id, Account.Name from Contact")), count)
same("simple-salesforce, Bulk 1.0", len(list(sf.bulk.Contact.query("select Id from Contact"))), count)
deal = sf.query("select Id from Opportunity limit 1")["records"][0]["Id"]
firm = sf.query("select Id from Account limit 1")["records"][0]["Id"]
for about in (deal, firm):
    sf.Task.create({"Subject": "Call", "WhatId": about, "Status": "Open", "Priority": "Normal"})
of = {"Account": "Phone", "Opportunity": "StageName"}
whens = " ".join(f"when {name} then {field}" for name, field in of.items())
whats = [one["What"] for one in sf.query_all_iter(f"select typeof What {whens} end from Task where WhatId != null")]
same("simple-salesforce, TYPEOF", all(set(what) == {"attributes", of[what["attributes"]["type"]]} for what in whats), True)
same("an org with tasks of several objects", len({what["attributes"]["type"] for what in whats}), 2)
pages = sf.bulk2.Contact.query("select Id, LastName from Contact order by Id", max_records=100)
same("simple-salesforce, Bulk 2.0", sum(page.count("\n") - 1 for page in pages), count)
made = sf.Account.create({"Name": "Grower"})
sf.Account.update(made["id"], {"Phone": "+1 555 0100"})
same("simple-salesforce, an update", sf.Account.get(made["id"])["Phone"], "+1 555 0100")
leaf = {"attributes": {"type": "Contact", "referenceId": "c"}, "LastName": "Leaf"}
tree = {"attributes": {"type": "Account", "referenceId": "a"}, "Name": "Tree", "Contacts": {"records": [leaf]}}
answer = sf.restful("composite/tree/Account", method="POST", json={"records": [tree]})
same("simple-salesforce, a tree", [one["referenceId"] for one in answer["results"]], ["a", "c"])

bulk = SalesforceBulk(sessionId=token, host=urllib.parse.urlparse(secure).netloc)
job = bulk.create_query_job("Contact", contentType="CSV")
batch = bulk.query(job, "select Id from Contact")
bulk.close_job(job)
bulk.wait_for_batch(job, batch, sleep_interval=1)
lines = sum(len(result.read().decode().strip().splitlines()) - 1 for result in bulk.get_all_results_for_query_batch(batch))
same("salesforce-bulk, a query", lines, count + 1)
