"""A conda for tests: real packages of a few files, and a command line over rattler, the library that pixi is made of.

conda, mamba and micromamba are on no package index. What they take (`create --prefix P --file F`, an explicit list) is
told to rattler here, which downloads, checks the hashes, unpacks, links and writes the prefix into files as they do.
"""

import asyncio
import hashlib
import io
import json
import sys
import tarfile
import urllib.request
from pathlib import Path

# What stands in a package's files for the place it will be installed at.
PREFIX = "/opt/conda_placeholder_" + "p" * 200


def package(channel: Path, name: str, version: str, files: dict[str, str]) -> str:
    """Make a package; its line of an explicit list, from the channel's address on."""
    index = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": [], "subdir": "linux-64"}
    paths = [
        {
            "_path": path,
            "path_type": "hardlink",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "size_in_bytes": len(text.encode()),
            **({"prefix_placeholder": PREFIX, "file_mode": "text"} if PREFIX in text else {}),
        }
        for path, text in files.items()
    ]
    info = {
        "info/index.json": json.dumps(index),
        "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}),
        "info/files": "\n".join(files) + "\n",
    }
    target = channel / "linux-64" / f"{name}-{version}-0.tar.bz2"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(target, "w:bz2") as archive:
        for path, text in {**info, **files}.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(text.encode()), 0o755 if path.startswith("bin/") else 0o644
            archive.addfile(member, io.BytesIO(text.encode()))
    return f"/linux-64/{target.name}#sha256:{hashlib.sha256(target.read_bytes()).hexdigest()}"


def create(arguments: list[str]) -> None:
    """What `conda create --yes --quiet --prefix P --file F` does with an explicit list."""
    import rattler

    command, yes, quiet, _, prefix, _, file = arguments
    assert (command, yes, quiet) == ("create", "--yes", "--quiet")
    records = []
    for line in Path(file).read_text().splitlines():
        if not line.startswith("http://127.0.0.1:"):
            continue
        url, _, digest = line.partition("#")
        channel, _, name = url.rpartition("/linux-64/")
        with urllib.request.urlopen(url) as answer, tarfile.open(fileobj=io.BytesIO(answer.read())) as opened:  # noqa: S310
            member = opened.extractfile("info/index.json")
            assert member is not None
            index = Path(prefix).parent / "index.json"
            index.write_bytes(member.read())
        record = rattler.PackageRecord.from_index_json(index, sha256=digest.removeprefix("sha256:"))
        index.unlink()
        records.append(rattler.RepoDataRecord(record, name, url, channel))
    cache = Path(prefix).parent / "pkgs"
    asyncio.run(
        rattler.install(records, prefix, cache_dir=cache, show_progress=False, platform=rattler.Subdir("linux-64"))
    )


if __name__ == "__main__":
    create(sys.argv[1:])
