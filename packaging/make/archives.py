"""Archives whose bytes depend on their content alone: entries are sorted, every time is the given
one, every owner is root. A tree is a dict of path -> Entry."""

import datetime
import gzip
import io
import lzma
import tarfile
import zipfile
from dataclasses import dataclass


@dataclass
class Entry:
    data: bytes
    mode: int = 0o644

    @property
    def size(self):
        return len(self.data)


def folders(paths):
    """Every folder above the paths, parents first."""
    found = set()
    for path in paths:
        parts = path.split("/")[:-1]
        found |= {"/".join(parts[: n + 1]) for n in range(len(parts))}
    return sorted(found)


def tar(tree, time, prefix="", with_folders=True, owner="root"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        def add(name, kind, mode, data=b""):
            info = tarfile.TarInfo(prefix + name)
            info.type, info.mode, info.mtime, info.size = kind, mode, time, len(data)
            info.uname = info.gname = owner
            archive.addfile(info, io.BytesIO(data))

        names = {name: None for name in (folders(tree) if with_folders else [])} | tree
        for name in sorted(names):
            entry = names[name]
            if entry is None:
                add(name, tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755)
            else:
                add(name, tarfile.REGTYPE, entry.mode, entry.data)
    return out.getvalue()


def gz(data):
    out = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(data)
    return out.getvalue()


def xz(data):
    return lzma.compress(data, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, preset=6)


def ar(members, time):
    """The common ar format, as dpkg reads it. Members in the order given."""
    out = b"!<arch>\n"
    for name, data in members:
        out += f"{name:<16}{time:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode()
        out += data + (b"\n" if len(data) % 2 else b"")
    return out


def zip_(tree, time):
    stamp = datetime.datetime.fromtimestamp(max(time, 315619200), datetime.timezone.utc)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(tree):
            info = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            info.external_attr = (0o100000 | tree[name].mode) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            archive.writestr(info, tree[name].data)
    return out.getvalue()
