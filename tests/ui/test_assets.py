"""What is shipped to the browser: known files, with licences; nothing inline that the page's policy would refuse."""

import hashlib
import json
import re
from pathlib import Path

import pytest

import giao

PACKAGE = Path(giao.__file__).parent
VENDOR = PACKAGE / "ui" / "static" / "vendor"
TEMPLATES = sorted(PACKAGE.rglob("*.html"))


def test_vendored_files_are_those_of_the_manifest_each_with_a_licence() -> None:
    entries = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    listed = {name: digest for entry in entries for name, digest in entry["files"].items()}
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert there == listed
    for entry in entries:
        assert entry["licence"] in {"MIT", "Apache-2.0", "0BSD", "BSD-3-Clause"}
        assert any(name.endswith("/LICENSE") for name in entry["files"]), entry["name"]


def test_vendored_files_stay_small() -> None:
    sizes = [path.stat().st_size for path in VENDOR.rglob("*") if path.is_file()]
    assert sum(sizes) < 4_000_000
    assert max(sizes) < 3_000_000


INLINE = re.compile(
    r"""<style\b|\sstyle\s*=|<script\b(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        ('<p style="color:red">', True),
        ("<style>", True),
        ("<script>x()</script>", True),
        ('<a onclick="x()">', True),
        ('<a href="javascript:x()">', True),
        ('<script src="/a.js" defer></script>', False),
        ('<p class="style" data-style="x">', False),
        ("<td data-label='one=\"x\"'>", False),
    ],
)
def test_the_rule_against_inline_code_knows_good_from_bad(line: str, bad: bool) -> None:
    assert bool(INLINE.search(line)) is bad


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_script_or_style(template: Path) -> None:
    found = INLINE.search(template.read_text(encoding="utf-8"))
    assert found is None, f"{template.name}: {found.group() if found else ''} (the page's policy refuses it)"


def test_own_files_change_their_address_with_their_content(django_ready: None) -> None:
    from giao.ui.assets import asset_url

    content = (PACKAGE / "ui" / "static" / "giao" / "giao.css").read_bytes()
    assert asset_url("giao/giao.css") == f"/static/giao/giao.css?v={hashlib.sha256(content).hexdigest()[:8]}"
    with pytest.raises(ValueError, match="not there"):
        asset_url("giao/nothing.css")
