"""The container image as an archive, from the static programs alone: no base image. It holds both
what `docker load` reads (manifest.json) and an OCI layout (index.json)."""

import hashlib
import json
from datetime import datetime, timezone

from archives import Entry, gz, tar
from content import programs

# As in Dockerfile: in a container the listeners must be reachable from outside it.
ENVIRONMENT = ["PATH=/usr/bin", "TMPDIR=/tmp", "AWEBER_MOCK_HOST=0.0.0.0", "AWEBER_MOCK_PORT=8080",
               "AWEBER_MOCK_ADMIN_PORT=8081", "AWEBER_MOCK_SCHEME=http"]
HEALTH = {"Test": ["CMD", "aweber-mockserver", "healthcheck"], "Interval": 2_000_000_000,
          "Timeout": 3_000_000_000, "StartPeriod": 5_000_000_000, "Retries": 5}
CPU = {"x64": "amd64", "arm64": "arm64"}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def dump(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def root(arch):
    tree = {f"usr/bin/{name}": entry for name, entry in programs(arch).items()}
    tree["etc/passwd"] = Entry(b"aweber:x:10001:10001::/tmp:/usr/bin/aweber-mockserver\n")
    tree["etc/group"] = Entry(b"aweber:x:10001:\n")
    tree["tmp/.keep"] = Entry(b"")
    return tree


def image(arch, version, time):
    layer = tar(root(arch), time)
    packed = gz(layer)
    created = datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    config = dump({
        "created": created, "architecture": CPU[arch], "os": "linux",
        "config": {"User": "10001:10001", "Env": ENVIRONMENT, "Cmd": ["aweber-mockserver", "serve"],
                   "ExposedPorts": {"8080/tcp": {}, "8081/tcp": {}}, "Healthcheck": HEALTH,
                   "WorkingDir": "/tmp"},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(layer)]},
        "history": [{"created": created, "created_by": "script/package"}]})
    blobs = {digest(config): config, digest(packed): packed}
    manifest = dump({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                   "digest": "sha256:" + digest(config), "size": len(config)},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                    "digest": "sha256:" + digest(packed), "size": len(packed)}]})
    blobs[digest(manifest)] = manifest
    tree = {f"blobs/sha256/{name}": Entry(data) for name, data in blobs.items()}
    tree["oci-layout"] = Entry(dump({"imageLayoutVersion": "1.0.0"}))
    tree["index.json"] = Entry(dump({
        "schemaVersion": 2, "manifests": [{
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": "sha256:" + digest(manifest), "size": len(manifest),
            "platform": {"architecture": CPU[arch], "os": "linux"},
            "annotations": {"org.opencontainers.image.ref.name": version}}]}))
    tree["manifest.json"] = Entry(dump([{
        "Config": f"blobs/sha256/{digest(config)}", "RepoTags": ["aweber-harness:latest"],
        "Layers": [f"blobs/sha256/{digest(packed)}"]}]))
    return f"aweber-harness-{version}-oci-{arch}.tar", tar(tree, time)
