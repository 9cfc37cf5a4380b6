"""The page in a real browser: it renders, says nothing on the console, asks for nothing, and fits narrow screens."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# Nothing but the page: no updates, no sync, no first-run pages, no window.
QUIET = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --disable-default-apps --disable-extensions --hide-scrollbars
    """

# Appended to a copy of the page: what only a browser can know, left in the title for the test to read.
PROBE = """
<script>
addEventListener("load", () => {
  parent.document.title = JSON.stringify({
    width: document.documentElement.scrollWidth,
    window: innerWidth,
    pictures: [...document.images].map(image => image.complete && image.naturalWidth > 0),
    light: [...document.images].map(image => image.currentSrc === image.src),
    fraction: Math.min(...[...document.querySelectorAll("mfrac")].map(mfrac => mfrac.getBoundingClientRect().height)),
    paper: getComputedStyle(document.body).backgroundColor,
  });
});
</script>
"""


@pytest.fixture
def page(folder: Path) -> Path:
    return folder / "index.html"


def browse(page: Path, tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(CHROMIUM),
        *QUIET.split(),
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={tmp_path / 'profile'}",
        *options,
        page.as_uri(),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)


def measured(page: Path, tmp_path: Path, *options: str, width: int = 1000) -> dict[str, Any]:
    """Load the page in a frame of some width, as a window cannot be made narrow, and look at what came of it."""
    inner = page.read_text(encoding="utf-8").replace("</body>", PROBE + "</body>")
    inner = inner.replace("default-src 'none'", "script-src 'unsafe-inline'")
    frame = f'<title></title><iframe width="{width}" height="800" srcdoc="{escape(inner)}"></iframe>'
    probe = tmp_path / "probe.html"
    probe.write_text(frame, encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", browse(probe, tmp_path, "--dump-dom", *options).stdout)
    assert title is not None
    found: dict[str, Any] = json.loads(unescape(title[1]))
    return found


def test_it_says_nothing_on_the_console(page: Path, tmp_path: Path) -> None:
    """Nor asks the network for anything: its own policy forbids that, and a breach would be told on the console."""
    ran = browse(page, tmp_path, "--dump-dom", "--enable-logging=stderr")
    assert "</html>" in ran.stdout
    assert "default-src 'none'" in ran.stdout
    assert "CONSOLE" not in ran.stderr


def test_the_console_would_be_heard(page: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    text = page.read_text(encoding="utf-8").replace("</main>", '<img src="https://example.org/x.png" alt=""></main>')
    broken.write_text(text, encoding="utf-8")
    assert "Content Security Policy" in browse(broken, tmp_path, "--dump-dom", "--enable-logging=stderr").stderr


@pytest.mark.parametrize("width", [1200, 700, 320])
def test_it_fits_the_window(page: Path, tmp_path: Path, width: int) -> None:
    found = measured(page, tmp_path, width=width)
    assert found["width"] <= found["window"]
    assert all(found["pictures"])
    assert found["fraction"] > 15  # MathML is drawn as mathematics: a fraction is two lines high


def test_it_follows_the_reader_into_the_dark(page: Path, tmp_path: Path) -> None:
    light = measured(page, tmp_path)
    dark = measured(page, tmp_path, "--blink-settings=preferredColorScheme=0")
    assert light["paper"] == "rgb(255, 255, 255)"
    assert dark["paper"] == "rgb(22, 24, 29)"
    assert light["light"] == [True, True]
    assert dark["light"] == [False, False]
