"""Take released files of npm packages into `static/vendor/<name>/<version>/`, with licence and sha256 of each.

A tool for developers (`python -m giao.ui.vendor`): it calls `npm pack`; at run time there is no Node.
The icons become one sprite that holds only those named in `icons.txt`.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent / "static" / "vendor"


@dataclass(frozen=True)
class Package:
    """`files`: path in the package → name in our folder."""

    npm: str
    name: str
    version: str
    licence: str
    files: tuple[tuple[str, str], ...]


SVG = (5, 6, 7, 8, 9, 10, 11, 12, 25)
ACE_PICTURES = tuple(
    (f"css/{name}", name) for name in (f"main-{n}.{'svg' if n in SVG else 'png'}" for n in range(1, 27))
)
"""What ace.css points at."""

PACKAGES = (
    Package(
        "@tabler/core",
        "tabler",
        "1.6.1",
        "MIT",
        (("dist/css/tabler.min.css", "tabler.min.css"),),
    ),
    Package(
        "echarts",
        "echarts",
        "6.1.0",
        "Apache-2.0",
        (("dist/echarts.min.js", "echarts.min.js"), ("LICENSE", "LICENSE"), ("NOTICE", "NOTICE")),
    ),
    Package(
        "ace-builds",
        "ace",
        "1.43.4",
        "BSD-3-Clause",
        (
            ("src-min-noconflict/ace.js", "ace.js"),
            ("src-min-noconflict/ext-language_tools.js", "ext-language_tools.js"),
            ("src-min-noconflict/ext-searchbox.js", "ext-searchbox.js"),
            ("src-min-noconflict/mode-yaml.js", "mode-yaml.js"),
            ("css/ace.css", "ace.css"),
            *ACE_PICTURES,
            ("LICENSE", "LICENSE"),
        ),
    ),
    Package(
        "htmx.org",
        "htmx",
        "2.0.11",
        "0BSD",
        (("dist/htmx.min.js", "htmx.min.js"), ("LICENSE", "LICENSE")),
    ),
    Package(
        "idiomorph",
        "idiomorph",
        "0.8.0",
        "0BSD",
        (("dist/idiomorph.min.js", "idiomorph.min.js"), ("LICENSE", "LICENSE")),
    ),
    Package("@tabler/icons", "icons", "3.51.0", "MIT", (("LICENSE", "LICENSE"),)),
)

ICONS = (Path(__file__).resolve().parent / "icons.txt").read_text(encoding="utf-8").split()


def main() -> None:
    entries = []
    with tempfile.TemporaryDirectory() as temporary:
        for package in PACKAGES:
            source = _unpacked(package, Path(temporary))
            target = HERE / package.name / package.version
            if target.parent.exists():
                shutil.rmtree(target.parent)
            target.mkdir(parents=True)
            for inside, name in package.files:
                (target / name).write_bytes(_no_map((source / inside).read_bytes()))
            if package.name == "icons":
                (target / "sprite.svg").write_text(_sprite(source / "icons" / "outline"), encoding="utf-8")
            if not (target / "LICENSE").exists():
                (target / "LICENSE").write_text(_licence_text(source, package), encoding="utf-8")
            entries.append(
                {
                    "name": package.npm,
                    "version": package.version,
                    "licence": package.licence,
                    "files": {
                        str(file.relative_to(HERE)): hashlib.sha256(file.read_bytes()).hexdigest()
                        for file in sorted(target.iterdir())
                    },
                }
            )
    (HERE / "manifest.json").write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def _unpacked(package: Package, folder: Path) -> Path:
    done = subprocess.run(  # noqa: S603  the command and the names are our own constants
        ["npm", "pack", "--silent", f"{package.npm}@{package.version}"],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    with tarfile.open(folder / done.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder / package.name, filter="data")
    return folder / package.name / "package"


def _no_map(content: bytes) -> bytes:
    """Drop the reference to a source map that we do not ship."""
    content = re.sub(rb"\n?/\*# sourceMappingURL=[^*]*\*/\s*$", b"\n", content)
    return re.sub(rb"\n?//# sourceMappingURL=\S*\s*$", b"\n", content)


def _sprite(folder: Path) -> str:
    symbols = []
    for name in sorted(ICONS):
        svg = (folder / f"{name}.svg").read_text(encoding="utf-8")
        body = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
        if body is None:
            raise ValueError(f"{name}.svg holds no svg element; leave it out of ICONS")
        inner = re.sub(r"\s+", " ", body.group(1)).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


MIT = """
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def _licence_text(source: Path, package: Package) -> str:
    """The text of the licence that package.json names, with the copyright of the banner, when a package ships no file."""
    about = json.loads((source / "package.json").read_text(encoding="utf-8"))
    if about["license"] != "MIT":
        raise ValueError(f"{package.npm} ships no licence file and is not MIT; add its text by hand")
    banner = (source / package.files[0][0]).read_text(encoding="utf-8")[:600]
    notice = re.search(r"/\*!(.*?)\*/", banner, re.DOTALL)
    return f"{package.npm} {package.version}, licence {about['license']}\n{notice.group(1).strip() if notice else ''}\n{MIT}"


if __name__ == "__main__":
    main()
