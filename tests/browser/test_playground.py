"""The playground in a real browser, in front of a real server.

Each page is also watched: no error in its console, no request to another host (`visit`).
"""

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import expect

from authz.sources import SOURCES
from db.seed.demo import demo_key
from playgrounds import playground
from servers import free_port, serving
from worlds import World

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True),
]

SECOND = 1_000
LIFETIME = 15 * 60 * SECOND


async def test_the_root_leads_to_the_playground(visit, server):
    async with visit() as seen:
        assert seen.page.url == f"{server.url}/playground/"
        await expect(seen.picker).to_have_value("Olga")


async def test_one_query_has_two_answers_and_the_difference_is_explained(visit):
    async with visit() as seen:
        await seen.choose("Olga")
        await seen.run()
        await expect(seen.answer).to_contain_text('"warnings": []')
        await expect(seen.answer).to_contain_text("aisha@example.test")
        await expect(seen.greyed).to_have_count(0)

        await seen.choose("Vera")
        await expect(seen.answer).not_to_contain_text("aisha@example.test")
        await seen.run()
        await expect(seen.answer).to_contain_text('"warnings": null FORBIDDEN')
        await expect(seen.answer).to_contain_text('"email": null FORBIDDEN')
        await expect(seen.answer).to_contain_text('"signedBy": null }')  # this one is a value
        await expect(seen.greyed).to_have_count(5)  # the warnings, the addresses of four people
        await expect(seen.greyed.first).to_have_css("text-decoration-line", "line-through")
        await expect(seen.legend).to_contain_text("5 values are withheld from this persona.")
        await expect(seen.legend_lines.nth(0)).to_contain_text("1 × EmployerAccount.warnings")
        await expect(seen.legend_lines.nth(1)).to_contain_text("4 × User.email")
        await seen.greyed.first.hover()
        for told in [
            "FORBIDDEN EmployerAccount.warnings needs employer_account.read_warnings, which no role",
            "action: employer_account.read_warnings",
            f"source A14: “{SOURCES['A14'].sentence}”",
            "roles that would do: EMPLOYER_ACCOUNT_OWNER",
        ]:
            await expect(seen.hover).to_contain_text(told)

        await seen.choose("Olga")
        await seen.run()
        await expect(seen.answer).to_contain_text('"warnings": []')
        await expect(seen.greyed).to_have_count(0)
        await expect(seen.legend).to_have_text("")


async def test_the_schema_is_asked_for_again_by_each_person(visit):
    async with visit() as seen:
        await seen.begin_with("Who you are")
        await seen.run()
        before = seen.asked("/graphql")
        async with seen.page.expect_response(f"{seen.url}/graphql"):
            await seen.choose("Petra")
        await seen.run()
        assert seen.asked("/graphql") == before + 2  # the schema once, then the query
        assert seen.asked("/dev/token") == 2


ERRORS = {
    "BAD_USER_INPUT": ("vera", '{ node(id: "nonsense") { id } }'),
    "NOT_FOUND": ("vera", f'{{ node(id: "org_{demo_key("nobody")}") {{ id }} }}'),
    "CONFLICT": (
        "olga",
        (
            "mutation { addPayeScheme(input: {"
            f' organisationId: "org_{demo_key("organisation:alder")}"'
            ' reference: "101/AL00001" name: "Again" }) { payeScheme { name } } }'
        ),
    ),
    "QUERY_TOO_COMPLEX": (
        "vera",
        (
            "{ organisations(first: 100) { nodes { account { team(first: 100) { nodes { user {"
            " grants { organisation { account { team(first: 100) { nodes { role } } } } } } } } } } } }"
        ),
    ),
    "GRAPHQL_VALIDATION_FAILED": ("vera", "{ me { nam } }"),
}


@pytest.mark.parametrize("code", ERRORS)
async def test_an_error_is_told_as_one_and_not_as_withheld(visit, code):
    person, query = ERRORS[code]
    async with visit(person, query=query) as seen:
        await seen.run_button.click()
        await expect(seen.faults).to_contain_text("The server answers with an error.")
        await expect(seen.faults.get_by_role("listitem")).to_contain_text([code])
        await expect(seen.greyed).to_have_count(0)
        await expect(seen.legend).to_have_text("")
        null = seen.answer.locator(".fault-value")
        if code in {"BAD_USER_INPUT", "NOT_FOUND", "CONFLICT"}:  # with data, so at a place
            await null.hover()
            await expect(seen.hover).to_contain_text(code)
        else:
            await expect(null).to_have_count(0)


async def test_an_error_stands_beside_what_is_withheld(visit):
    query = (
        '{ node(id: "nonsense") { id } organisations(first: 1) { nodes { account { warnings }}}}'
    )
    async with visit("vera", query=query) as seen:
        await seen.run()
        await expect(seen.greyed).to_have_count(1)
        await expect(seen.legend).to_contain_text("One value is withheld")
        await expect(seen.legend_lines).to_contain_text(["EmployerAccount.warnings"])
        await expect(seen.answer.locator(".fault-value")).to_have_count(1)
        await expect(seen.faults.get_by_role("listitem")).to_contain_text(["BAD_USER_INPUT"])


async def test_a_server_that_is_gone_is_told_in_a_sentence(browser, shared_database):
    world, port = World(*shared_database), free_port()
    async with AsyncExitStack() as stack:
        async with serving(world, port=port) as server:
            seen = await stack.enter_async_context(playground(browser, server.url, person="vera"))
            await expect(seen.foreseen).to_have_count(1)
            await seen.run()
        await seen.run_button.click()
        sentence = "The server does not answer. Is it running?"
        await expect(seen.answer).to_contain_text(f'"message": "{sentence}"')
        await expect(seen.faults).to_contain_text(sentence)
        await expect(seen.answer).not_to_contain_text("stack")
        await seen.choose("Olga")  # whose part of the schema cannot be had now
        await expect(seen.answer).to_contain_text(sentence)

        async with serving(world, port=port):
            await seen.run()
            await expect(seen.answer).to_contain_text('"warnings": []')
            await expect(seen.foreseen).to_have_count(0)  # so her part was asked for again
            await expect(seen.faults).to_have_text("")


SEARCHES = {
    "vera": ["Vera"],
    "transactor": ["Tariq", "Tess"],
    "owner cherry": ["Cora"],  # Robin owns Dogwood, and is somebody else at Cherry
    "DOGWOOD": ["Robin"],
    "invited": ["Abi", "Lou", "Art", "Ivy"],  # at an organisation, and at none yet
    "nobody at all": [],
}


async def test_people_are_found_by_what_they_are_called_and_hold(visit):
    async with visit() as seen:
        for words, names in SEARCHES.items():
            await seen.picker.fill(words)
            await expect(seen.people.locator(".name")).to_have_text(names)


async def test_who_is_chosen_stays_over_a_reload(visit):
    async with visit("robin") as seen:
        await expect(seen.picker).to_have_value("Robin")
        await expect(seen.page.locator("#persona")).to_contain_text("Owner at Dogwood")
        await seen.choose("Kim")
        await seen.page.reload()
        await expect(seen.picker).to_have_value("Kim")


async def test_starters_are_for_the_person_who_asks(visit):
    async with visit("kim") as seen:
        await seen.starters.click()
        items = seen.page.get_by_role("menuitem")
        await expect(items.filter(has_text="organisations you belong to")).to_have_count(1)
        await expect(items.filter(has_text="Invite")).to_have_count(0)
        await seen.page.keyboard.press("Escape")
        await seen.choose("Olga")
        await seen.begin_with("The whole account")
        await seen.run()
        await expect(seen.answer).to_contain_text('"payeSchemes"')
        await expect(seen.greyed).to_have_count(0)


async def test_a_token_that_ran_out_is_replaced_without_a_word(visit):
    async with visit() as seen:
        await seen.page.clock.install()
        await seen.run()
        assert seen.asked("/dev/token") == 1
        await seen.page.clock.fast_forward(LIFETIME)
        await seen.run()
        await expect(seen.answer).to_contain_text('"warnings": []')
        assert seen.asked("/dev/token") == 2


async def test_a_token_that_the_server_refuses_is_replaced_without_a_word(visit):
    async with visit() as seen:
        await seen.run()

        async def spoil(route):
            headers = await route.request.all_headers()
            await route.continue_(headers={**headers, "authorization": "Bearer x.y.z"})

        await seen.page.route("**/graphql", spoil, times=1)
        async with seen.page.expect_response(lambda answer: answer.status == 401):
            await seen.run_button.click()
        await expect(seen.answer).to_contain_text('"warnings": []')
        assert seen.asked("/dev/token") == 2
        assert all("401" in said for said in seen.console)
        seen.console.clear()


async def test_a_token_is_kept_in_memory_alone(visit):
    async with visit() as seen:
        await seen.run()
        kept = await seen.evaluate(
            "({...localStorage, ...sessionStorage, cookie: document.cookie, url: location.href})"
        )
        assert "organisations" in str(kept)  # the query is kept
        assert "eyJ" not in str(kept)  # how every token begins


async def test_everything_can_be_done_with_the_keyboard(visit):
    async with visit() as seen:
        press = seen.page.keyboard.press
        await seen.tab_to(seen.picker)
        await expect(seen.picker).to_have_css("outline-style", "solid")
        await seen.page.keyboard.type("viewer ald")
        await expect(seen.people).to_have_count(1)
        await press("ArrowDown")
        await press("Enter")
        await expect(seen.picker).to_have_value("Vera")

        await seen.tab_to(seen.starters)
        await expect(seen.starters).to_have_css("outline-style", "solid")
        await press("Enter")
        await press("ArrowDown")
        await press("ArrowUp")
        await press("Enter")

        await seen.tab_to(seen.run_button)
        await press("Enter")
        await expect(seen.greyed).to_have_count(5)
        await seen.tab_to(seen.legend_lines.nth(1))
        await expect(seen.legend_lines.nth(1)).to_have_css("outline-style", "solid")
        await press("Enter")
        await expect(seen.hover).to_contain_text("action: user.read_contact")


async def test_axe_finds_no_serious_fault_in_our_own_controls(visit):
    async with visit("vera", axe=True) as seen:

        async def check(*parts: str, passing: set[str]) -> None:
            for part in parts:
                await expect(seen.page.locator(part)).to_be_visible()
            found = await seen.evaluate(f"axe.run({{include: {list(parts)}}})")
            grave = [v for v in found["violations"] if v["impact"] in {"serious", "critical"}]
            assert [(v["id"], v["nodes"][0]["html"]) for v in grave] == []
            assert passing <= {rule["id"] for rule in found["passes"]}

        await seen.run()
        await expect(seen.greyed).to_have_count(5)
        await check(
            "#bar",
            ".withheld",
            ".result-window",
            passing={"button-name", "color-contrast", "label"},
        )
        await seen.picker.click()
        await check("#bar", ".people", passing={"aria-required-children", "color-contrast"})
        await seen.page.keyboard.press("Escape")
        await seen.starters.click()
        await check(".starter-list", passing={"aria-required-children", "color-contrast"})
