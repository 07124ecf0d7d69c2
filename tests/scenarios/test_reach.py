"""Rights belong to a row and a role held there: Robin is Viewer of Cherry and Owner of Dogwood."""

from scenarios.rows import add_grant, names, organisation_id, organisation_key, user_key

ACCOUNT = (
    "account { levyStatus warnings team(first: 20) { nodes { role user { name email status } } }"
    " invitations(first: 20) { totalCount } }"
)


async def test_robin_reads_each_account_by_the_role_held_there(shared_world):
    robin = await shared_world.client("robin")
    cherry = await organisation_id(shared_world, "cherry")
    dogwood = await organisation_id(shared_world, "dogwood")
    reply = await robin.ask(
        f'{{ cherry: organisation(id: "{cherry}") {{ {ACCOUNT} }}'
        f' dogwood: organisation(id: "{dogwood}") {{ {ACCOUNT} }} }}'
    )
    viewed, owned = (reply.data[name]["account"] for name in ("cherry", "dogwood"))
    assert viewed["levyStatus"] is not None
    assert viewed["warnings"] is None
    assert viewed["invitations"] is None
    assert owned["warnings"] == ["SINGLE_OWNER"]
    assert owned["invitations"] == {"totalCount": 0}
    contact = {
        grant["user"]["name"].split()[0]: (grant["user"]["email"], grant["user"]["status"])
        for grant in viewed["team"]["nodes"]
    }
    assert contact == {"Cora": (None, None), "Robin": ("robin@example.test", "ACTIVE")}
    at = names(viewed["team"]["nodes"], "role").index("EMPLOYER_ACCOUNT_OWNER")
    member = f"cherry.account.team.nodes.{at}.user"
    assert reply.refusals == {
        "cherry.account.warnings": "FORBIDDEN",
        "cherry.account.invitations": "FORBIDDEN",
        f"{member}.email": "FORBIDDEN",
        f"{member}.status": "FORBIDDEN",
    }


async def test_one_list_masks_each_row_by_its_own_reach(shared_world):
    robin = await shared_world.client("robin")
    reply = await robin.ask(
        "{ organisations(first: 10) { nodes { name account { levyStatus warnings } } } }"
    )
    nodes = reply.data["organisations"]["nodes"]
    found = {node["name"].split()[0]: node["account"] for node in nodes}
    assert found["Cherry"]["warnings"] is None
    assert found["Cherry"]["levyStatus"] is not None
    assert found["Dogwood"]["warnings"] == ["SINGLE_OWNER"]
    assert found["Prov"] is None
    index = {node["name"].split()[0]: at for at, node in enumerate(nodes)}
    assert reply.refusals == {
        f"organisations.nodes.{index['Cherry']}.account.warnings": "FORBIDDEN",
        f"organisations.nodes.{index['Prov']}.account": "FORBIDDEN",
    }


async def test_contact_opens_when_one_shared_account_is_owned(world):
    """Cora is Robin's fellow member at Cherry only; as a member of Dogwood she is his to manage."""
    robin = await world.client("robin")
    cora = "usr_" + await user_key(world, "cora")
    document = f'{{ user(id: "{cora}") {{ name email grants {{ organisation {{ name }} }} }} }}'
    reply = await robin.ask(document)
    assert reply.data["user"]["email"] is None
    assert reply.refusals == {"user.email": "FORBIDDEN"}
    assert len(reply.data["user"]["grants"]) == 1
    await add_grant(
        world,
        cora[4:],
        await organisation_key(world, "dogwood"),
        "employer_account.viewer",
        starts_at=world.clock.instant + 60_000,
    )
    reply = await robin.ask(document)
    assert reply.data["user"]["email"] == "cora@example.test"
    assert reply.errors == []
    assert len(reply.data["user"]["grants"]) == 2


async def test_roles_of_other_systems_open_no_account(shared_world):
    """Max and Robin hold roles at Prov; none of them is an employer account role."""
    for handle in ("max", "petra", "tina", "sue", "eric"):
        client = await shared_world.client(handle)
        reply = await client.ask(
            "{ me { grants { organisation { id name account { levyStatus } } } }"
            " users(first: 100) { nodes { id } } }"
        )
        assert reply.data["me"]["grants"]
        for grant in reply.data["me"]["grants"]:
            assert grant["organisation"]["name"]
            assert grant["organisation"]["account"] is None
        assert len(reply.data["users"]["nodes"]) == 1
        assert set(reply.refusals.values()) == {"FORBIDDEN"}


async def test_grants_of_others_show_only_where_the_team_is_readable(shared_world):
    """Olga sees Tariq, and of his grants the one at Alder; that he owns Birch is not hers to know."""
    olga = await shared_world.client("olga")
    tariq = "usr_" + await user_key(shared_world, "tariq")
    reply = await olga.ask(
        f'{{ user(id: "{tariq}") {{ name grants {{ role organisation {{ name }} }} }} }}'
    )
    assert reply.errors == []
    (grant,) = reply.data["user"]["grants"]
    assert grant["role"] == "EMPLOYER_ACCOUNT_TRANSACTOR"
    assert grant["organisation"]["name"].startswith("Alder")
