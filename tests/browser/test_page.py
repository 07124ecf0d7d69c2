"""The playground's page in a real browser: its editor, links to it, and its panes."""

import re
from itertools import pairwise

import pytest
from playwright.async_api import expect

from authz.sources import SOURCES

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True),
]

NARROW = {"width": 390, "height": 844}
WARNINGS = "{ organisations(first: 1) { nodes { account { warnings } } } }"


async def test_the_editor_warns_of_what_the_roles_can_never_use(visit):
    async with visit("vera") as seen:
        await expect(seen.foreseen).to_have_count(1)  # the warnings, which are for Owners
        await seen.foreseen.hover(force=True)
        for told in [
            "Withheld: EmployerAccount.warnings needs employer_account.read_warnings",
            "Who may: Owner; within their account.",
            f"A14: “{SOURCES['A14'].sentence}”",
        ]:
            await expect(seen.hover).to_contain_text(told)
        await expect(seen.mistakes).to_have_count(0)
        await seen.choose("Olga")
        await expect(seen.foreseen).to_have_count(0)
        await seen.choose("Lou")  # invited: next to nothing is left to ask for
        await expect(seen.foreseen).to_have_count(1)
        await expect(seen.mistakes).to_have_count(0)


FORESEEN = {
    "a field": ("vera", WARNINGS),
    "a root field": ("vera", "{ apprenticeRecords(first: 1) { totalCount } }"),
    "a filter": (
        "olga",
        "{ apprenticeRecords(first: 1, filter: {unassigned: true}) { totalCount }}",
    ),
    "a command": (
        "vera",
        'mutation { renameAccount(input: {organisationId: "x", name: "y"}) { organisation { id } } }',
    ),
}


@pytest.mark.parametrize("kind", FORESEEN)
async def test_what_the_editor_warns_of_is_withheld(visit, kind):
    person, query = FORESEEN[kind]
    async with visit(person, query=query) as seen:
        await expect(seen.foreseen).to_have_count(1)
        await expect(seen.mistakes).to_have_count(0)
        await seen.run()
        await expect(seen.legend).to_contain_text("One value is withheld")
        await expect(seen.faults).to_have_text("")


MISTAKES = {
    "a field that nobody has": "{ me { nam } }",
    "a field without its fields": "{ me }",
    "an argument that there is not": "{ users(frist: 1) { totalCount } }",
    "a variable of another type": "query ($n: Int) { node(id: $n) { id } }",
    "an open brace": "{ me { name }",
}


@pytest.mark.parametrize("kind", MISTAKES)
async def test_mistakes_stay_mistakes(visit, kind):
    async with visit("vera", query=MISTAKES[kind]) as seen:
        await expect(seen.mistakes.first).to_be_visible()
        await expect(seen.foreseen).to_have_count(0)


async def test_a_word_for_an_action_is_no_warning(visit):
    """Whoever asks for an action that they do not hold is answered: no."""
    query = "query ($id: ID!) { me { can(action: EMPLOYER_ACCOUNT_RENAME, organisationId: $id) } }"
    async with visit("vera", query=query) as seen:
        await expect(seen.editor.locator(".view-line")).to_contain_text(["EMPLOYER_ACCOUNT_RENAME"])
        await seen.page.wait_for_timeout(1500)  # the editor has validated by then
        await expect(seen.foreseen).to_have_count(0)
        await expect(seen.mistakes).to_have_count(0)


async def test_completion_offers_what_the_person_can_use(visit):
    async with visit(
        "vera", query="{ organisations(first: 1) { nodes { account {  } } } }"
    ) as seen:
        await seen.editor.locator(".view-line").first.click()
        for key in ["Control+End", *["ArrowLeft"] * 8, "Control+Space"]:
            await seen.page.keyboard.press(key)
        offered = seen.page.locator(".suggest-widget .monaco-list-row")
        await expect(offered.filter(has_text="levyStatus")).to_have_count(1)
        await expect(offered.filter(has_text="warnings")).to_have_count(0)


async def test_people_stand_under_their_organisations(visit):
    async with visit() as seen:
        await seen.picker.click()
        groups = seen.page.get_by_role("group")
        alder = seen.page.get_by_role("group", name="Alder")
        for person in [r"Olga olga\s*Owner", r"Vera vera\s*Viewer"]:
            await expect(alder.get_by_role("option", name=re.compile(person))).to_have_count(1)
        await expect(groups.last).to_have_accessible_name("At no organisation")
        await expect(groups.last).to_contain_text("A newcomer")
        await seen.picker.fill("tariq")  # who holds roles at two
        await expect(groups).to_have_count(2)
        await expect(seen.people).to_contain_text(["Transactor", "Owner"])


async def test_how_to_begin_is_told_until_the_first_query_ran(visit):
    async with visit() as seen:
        await expect(seen.begin.get_by_role("listitem")).to_have_count(3)
        await seen.run()
        await expect(seen.begin).to_have_count(0)
        await seen.page.reload()
        await expect(seen.editor.locator(".view-line").first).to_be_visible()
        await expect(seen.begin).to_have_count(0)


QUERY = 'query Told($id: ID!) {\n  # "ä" & <b>\n  node(id: $id) { id }\n}'
VARIABLES = '{"id": "org_?#%&+"}'


async def test_a_link_leads_to_the_query_its_variables_and_who_asks(visit):
    async with visit("kim", query=QUERY, variables=VARIABLES) as seen:
        await seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await seen.run_button.click()  # so there is a token
        await expect(seen.answer).to_contain_text("errors")
        await seen.page.get_by_role("button", name="Copy link").click()
        await expect(
            seen.page.get_by_role("status").filter(has_text="Link copied.")
        ).to_be_visible()
        link = await seen.evaluate("navigator.clipboard.readText()")
        assert link == seen.page.url
        assert "eyJ" not in link  # how every token begins
    async with visit() as seen:
        await seen.page.goto("about:blank")
        await seen.page.goto(link)
        await expect(seen.picker).to_have_value("Kim")
        await expect(seen.editor).to_contain_text("Told")
        texts = await seen.evaluate("__MONACO.editor.getModels().map((each) => each.getValue())")
        assert QUERY in texts
        assert VARIABLES in texts


async def test_a_link_is_not_run_by_opening_it(visit):
    query = 'mutation { createAccount(input: {name: "Made by a link"}) { organisation { id } } }'
    async with visit("newcomer", query=query) as seen:
        await expect(seen.begin).to_contain_text("This query came with the link. Read it before")
        await seen.page.wait_for_timeout(1000)
        assert seen.asked("/graphql") == 1  # the schema
        await seen.page.reload()
        await expect(seen.editor.locator(".view-line").first).to_be_visible()
        await seen.page.wait_for_timeout(1000)
        assert seen.asked("/graphql") == 2


async def test_a_link_is_text_and_nothing_else(visit):
    script = "<img src=/stolen onerror=alert(1)><script>fetch('/stolen')</script>"
    bad = {"query": script, "variables": script, "headers": script, "token": script}
    async with visit("%E0%A4%A", **bad) as seen:  # no name in UTF-8
        await expect(seen.picker).to_have_value("Olga")
        await expect(seen.mistakes.first).to_be_visible()
        await seen.run_button.click()
        await expect(seen.answer).to_contain_text("Request not sent.")
        await seen.page.wait_for_timeout(500)
        assert seen.asked("/stolen") == 0


async def test_a_query_that_is_too_long_for_a_link_is_told(visit):
    async with visit(query="# long\n{ me { name } }") as seen:
        before = seen.page.url
        await seen.evaluate(
            "[__MONACO.editor.getModels()[0].setValue(`{ me { name } } # ${'x'.repeat(9000)}`)]"
        )
        await seen.page.get_by_role("button", name="Copy link").click()
        await expect(seen.page.get_by_text("This query is too long for a link.")).to_be_visible()
        assert seen.page.url == before


async def test_on_a_narrow_page_everything_can_be_read_and_used(visit):
    async with visit("vera", axe=True) as seen:
        await seen.page.set_viewport_size(NARROW)
        await seen.begin_with("Your account")
        await seen.choose("Vera")
        await seen.run()
        await expect(seen.legend_lines).to_have_count(2)
        panes = [seen.picker, seen.starters, seen.editor, seen.result, seen.legend]
        boxes = [await pane.bounding_box() for pane in panes]
        for above, below in pairwise(boxes):
            assert above["y"] + above["height"] <= below["y"]
        for part in [*panes, seen.run_button, *await seen.legend_lines.all()]:
            box = await part.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= NARROW["width"]
            assert box["height"] >= 24  # what a finger can hit (WCAG 2.2, 2.5.8)
        assert await seen.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        await seen.legend_lines.first.click()
        await expect(seen.hover).to_contain_text("source A14")
        await seen.picker.click()
        await seen.people.filter(has_text="Olga").first.click()
        await seen.run()
        await expect(seen.legend).to_have_text("")
        await seen.choose("Vera")
        await seen.run()
        await expect(seen.legend_lines).to_have_count(2)
        parts = ["#bar", ".graphiql-footer", ".result-window"]
        found = await seen.evaluate(f"axe.run({{include: {parts}}})")
        grave = [v for v in found["violations"] if v["impact"] in {"serious", "critical"}]
        assert [(v["id"], v["nodes"][0]["html"]) for v in grave] == []
