"""A Chromium for the browser tests: the machine's own, else the one that an npm package carries."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Error, Playwright, async_playwright

ROOT = Path(__file__).parent.parent
NODE = ROOT / ".venv" / "node" / "node"
UNPACKED = ROOT / ".cache" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",  # it opens one page, ours, and may run as root
    "--no-zygote",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)
NONE_STARTS = """No Chromium starts here. Install one with

    sudo apt-get install --yes chromium

or name one by CHROMIUM=/path/to/chromium. What was tried:
{}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser without a window; when none can be started that is an error, never a skip."""
    # Playwright's own Node needs a library that not every machine has.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(NODE))
    async with async_playwright() as playwright:
        browser = await _started(playwright)
        try:
            yield browser
        finally:
            await browser.close()


async def _started(playwright: Playwright) -> Browser:
    tried = []
    for path in candidates():
        packed = path.is_relative_to(UNPACKED)
        if packed and not path.exists():
            await _unpack()
        try:
            return await playwright.chromium.launch(
                executable_path=path, args=ARGUMENTS, env=_surroundings() if packed else None
            )
        except Error as error:
            tried.append(f"  {path}: {str(error).splitlines()[0]}")
    raise RuntimeError(NONE_STARTS.format("\n".join(tried)))


def candidates() -> Iterator[Path]:
    """The browsers to try, in order."""
    if named := os.environ.get("CHROMIUM"):
        yield Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            yield Path(found)
    yield UNPACKED / "chromium"


async def _unpack() -> None:
    unpacking = await asyncio.create_subprocess_exec(
        *(NODE, ROOT / "tools" / "unpack-chromium.mjs", UNPACKED)
    )
    await unpacking.wait()


def _surroundings() -> dict[str, str]:
    """What the packed browser needs: its own fonts, and libraries that a machine may lack."""
    return {
        **os.environ,
        "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
        "LD_LIBRARY_PATH": str(UNPACKED / "libraries" / "lib"),
    }
