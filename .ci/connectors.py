"""Airbyte's source and Singer's tap, which log in at login.salesforce.com alone, read the local org unmodified.
python connectors.py <https url> <http url> <source-salesforce> <tap-salesforce>

A proxy leads every host they ask for to the local org, whose certificate they trust; the names are in it.
"""
import collections
import json
import os
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

secure, plain, airbyte, tap = sys.argv[1:]
client = {"client_id": "assay-emulator", "client_secret": "assay-emulator-secret"}
wanted = {"Account", "Contact", "Opportunity", "Task"}


class Lead(socketserver.StreamRequestHandler):
    def handle(self):
        while self.rfile.readline() not in (b"\r\n", b""):
            pass
        with socket.create_connection(("127.0.0.1", urllib.parse.urlparse(secure).port)) as org:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            threading.Thread(target=pipe, args=(org, self.connection), daemon=True).start()
            pipe(self.connection, org)


def pipe(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def refresh_token():
    """By the web server flow, as a person would who connects the org."""
    back = "http://localhost/back"
    asked = urllib.parse.urlencode({**client, "response_type": "code", "redirect_uri": back})
    try:
        urllib.request.build_opener(Stay).open(f"{plain}/services/oauth2/authorize?{asked}")
    except urllib.error.HTTPError as error:
        code = urllib.parse.parse_qs(urllib.parse.urlparse(error.headers["location"]).query)["code"][0]
    form = urllib.parse.urlencode({**client, "grant_type": "authorization_code", "code": code, "redirect_uri": back})
    with urllib.request.urlopen(f"{plain}/services/oauth2/token", form.encode()) as answer:
        return json.load(answer)


token = refresh_token()


def count(name):
    query = urllib.parse.urlencode({"q": f"select count() from {name}"})
    request = urllib.request.Request(f"{plain}/services/data/v62.0/query?{query}")
    request.add_header("Authorization", f"Bearer {token['access_token']}")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["totalSize"]


def output(command, *options):
    done = subprocess.run([command, *options], env=environment, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def lines(*command):
    """The messages of a command, one JSON a line."""
    return [json.loads(line) for line in output(*command).splitlines() if line.startswith("{")]


def same(what, got, expected):
    print(f"{what}: {got}")
    if got != expected:
        sys.exit(f"{what}: {expected} expected")


def file(name, content):
    path = os.path.join(folder, name)
    with open(path, "w") as target:
        json.dump(content, target)
    return path


proxy = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Lead)
proxy.daemon_threads = True
threading.Thread(target=proxy.serve_forever, daemon=True).start()
environment = {**os.environ, "HTTPS_PROXY": f"http://127.0.0.1:{proxy.server_address[1]}"}
workspace = tempfile.TemporaryDirectory()
folder = workspace.name
records = {name: count(name) for name in sorted(wanted)}
login = {**client, "refresh_token": token["refresh_token"], "start_date": "2000-01-01T00:00:00Z"}

config = file("airbyte.json", {**login, "auth_type": "Client", "stream_slice_step": "P10Y"})
status = [one["connectionStatus"]["status"] for one in lines(airbyte, "check", "--config", config) if one["type"] == "CONNECTION_STATUS"]
same("Airbyte, check", status, ["SUCCEEDED"])
[catalog] = [one["catalog"] for one in lines(airbyte, "discover", "--config", config) if one["type"] == "CATALOG"]
streams = [
    {"stream": stream, "sync_mode": "incremental", "destination_sync_mode": "append"}
    for stream in catalog["streams"]
    if stream["name"] in wanted
]
chosen = file("streams.json", {"streams": streams})
# By REST, then by Bulk API 2.0, which it takes where a query grows too long or it is told to.
for way, more in (("REST", {}), ("Bulk 2.0", {"force_use_bulk_api": True})):
    config = file("airbyte.json", {**login, "auth_type": "Client", "stream_slice_step": "P10Y", **more})
    read = lines(airbyte, "read", "--config", config, "--catalog", chosen)
    ids = {(one["record"]["stream"], one["record"]["data"]["Id"]) for one in read if one["type"] == "RECORD"}
    same(f"Airbyte, {way}", dict(sorted(collections.Counter(name for name, _ in ids).items())), records)

for way in ("REST", "BULK"):
    config = file("tap.json", {**login, "api_type": way, "select_fields_by_default": True})
    catalog = json.loads(output(tap, "--config", config, "--discover"))
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            if entry["breadcrumb"] == [] and stream["stream"] in wanted:
                entry["metadata"]["selected"] = True
    read = lines(tap, "--config", config, "--properties", file("properties.json", catalog))
    ids = {(one["stream"], one["record"]["Id"]) for one in read if one["type"] == "RECORD"}
    same(f"Singer's tap, {way}", dict(sorted(collections.Counter(name for name, _ in ids).items())), records)
