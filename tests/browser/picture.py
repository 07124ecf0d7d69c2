"""Takes the README's picture of the playground: `make picture`, never a test run.

It shows what is withheld from a Viewer, and why, on a server with a demo world of its own.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import expect

from browsers import chromium
from databases import demo_database
from playgrounds import playground
from servers import serving
from worlds import World

SIZE = {"width": 1280, "height": 720}


async def take(picture: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder)
        async with (
            demo_database("sqlite", files, files) as url,
            serving(World("sqlite", url, files)) as server,
            chromium() as browser,
            playground(browser, server.url, person="vera") as seen,
        ):
            await seen.page.set_viewport_size(SIZE)
            await seen.run()
            await seen.greyed.first.hover()
            await expect(seen.hover).to_be_visible()
            await seen.page.wait_for_timeout(500)  # until it has faded in
            await seen.page.screenshot(path=picture, animations="disabled")


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
