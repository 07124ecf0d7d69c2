"""The playground as a person in front of a browser sees it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from playwright.async_api import Browser, Locator, Page, expect

TALL = {"width": 1280, "height": 1500}  # the editor draws only the lines that can be seen
_MOST_STOPS = 60
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


@dataclass
class Playground:
    """One page in a browser of its own, and all that it has said and asked for."""

    page: Page
    url: str
    console: list[str] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)

    @property
    def picker(self) -> Locator:
        return self.page.get_by_role("combobox", name="Ask as")

    @property
    def people(self) -> Locator:
        return self.page.get_by_role("option")

    @property
    def starters(self) -> Locator:
        return self.page.get_by_role("button", name="Starter queries")

    @property
    def run_button(self) -> Locator:
        return self.page.locator(".graphiql-execute-button")

    @property
    def result(self) -> Locator:
        return self.page.get_by_role("region", name="Result Window")

    @property
    def answer(self) -> Locator:
        return self.result.locator(".view-lines")

    @property
    def greyed(self) -> Locator:
        return self.answer.locator(".withheld-value")

    @property
    def legend(self) -> Locator:
        return self.page.get_by_role("region", name="Withheld values")

    @property
    def legend_lines(self) -> Locator:
        return self.legend.get_by_role("button")

    @property
    def faults(self) -> Locator:
        return self.page.get_by_role("region", name="Errors")

    @property
    def begin(self) -> Locator:
        return self.page.get_by_role("region", name="How to begin")

    @property
    def editor(self) -> Locator:
        return self.page.locator(".graphiql-query-editor")

    @property
    def mistakes(self) -> Locator:
        """What the editor marks red."""
        return self.editor.locator(".squiggly-error")

    @property
    def foreseen(self) -> Locator:
        """What the editor marks amber."""
        return self.editor.locator(".squiggly-warning")

    @property
    def hover(self) -> Locator:
        return self.page.locator(".monaco-hover:visible")

    async def choose(self, name: str) -> None:
        """Pick somebody by typing their name and taking the first who has it."""
        await self.picker.click()
        await self.picker.fill(name)
        await self.people.filter(has_text=name).first.click()
        await expect(self.picker).to_have_value(name)

    async def begin_with(self, title: str) -> None:
        await self.starters.click()
        await self.page.get_by_role("menuitem", name=title).click()

    async def run(self) -> None:
        await self.run_button.click()
        await expect(self.answer).to_contain_text('"data"')

    async def tab_to(self, target: Locator) -> None:
        """Press Tab until the target has the focus, as who has no mouse does."""
        focused = target.and_(self.page.locator(":focus"))
        for _ in range(_MOST_STOPS):
            if await focused.count():
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never leads to {target}.")

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression, run beside the page's policy, which forbids text as code."""
        session = await self.page.context.new_cdp_session(self.page)
        asked = {"expression": f"Promise.resolve({expression}).then(JSON.stringify)"}
        answer = await session.send("Runtime.evaluate", {**asked, "awaitPromise": True})
        assert "exceptionDetails" not in answer, answer
        return json.loads(answer["result"]["value"])

    @property
    def hosts(self) -> set[str]:
        """Scheme and host of everything that the page asked for."""
        return {f"{parts.scheme}://{parts.netloc}" for parts in self._addresses()}

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(parts.path == path for parts in self._addresses())

    def _addresses(self) -> list[Any]:
        return [urlsplit(url) for _, url in self.requests]


@asynccontextmanager
async def playground(
    browser: Browser,
    url: str,
    *,
    person: str = "",
    script: str = "",
    link: dict[str, str] | None = None,
) -> AsyncIterator[Playground]:
    """Open the playground by the address that `make run` prints the root of, or by a link."""
    context = await browser.new_context(viewport=TALL, reduced_motion="reduce")
    try:
        page = await context.new_page()
        opened = Playground(page, url)
        page.on(
            "console",
            lambda said: said.type in {"error", "warning"} and opened.console.append(said.text),
        )
        page.on("pageerror", lambda error: opened.console.append(str(error)))
        context.on("request", lambda request: opened.requests.append((request.method, request.url)))
        if script:
            await context.add_init_script(script)
        path = f"/playground/?{urlencode(link, quote_via=quote)}" if link else "/"
        await page.goto(f"{url}{path}#{person}" if person else f"{url}{path}")
        await expect(page.locator(".graphiql-query-editor .view-line").first).to_be_visible()
        yield opened
    finally:
        await context.close()
