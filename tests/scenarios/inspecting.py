"""Inspections over HTTP: groups, openings, accounts, and all that an inspector can ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scenarios.records import ids
from scenarios.rows import organisation_id, user_id
from worlds import Client, Reply, World

PAYLOADS = {
    "createInspectionGroup": "group { id name body openings { number status } }",
    "addLearners": "group { id }",
    "removeLearners": "group { id }",
    "openInspection": "group { id openings { number status opensAt closesAt host { name } } }",
    "closeInspection": "group { id openings { number status } }",
    "createInspectorAccount": "account { id name email emailKind status permissions channels duty }"
    " group { id }",
    "updateInspectorAccount": "account { id permissions channels }",
    "activateInspector": "account { id status }",
    "rotateInspectorCredentials": "account { id status duty }",
    "cancelInspector": "account { id status duty }",
    "reactivateInspector": "account { id status duty }",
    "archiveInspector": "account { id status duty }",
    "registerInspector": "user { id name }",
    "editIlr": "record { id ilr { outcome qaVerifiedAt } }",
    "verifyIlr": "record { id ilr { qaVerifiedAt } }",
    "updateTraining": "record { id }",
    "addEvidence": "record { id }",
    "giveFeedback": "record { id }",
}
TWO = ["TRAINEE_ASSESSOR", "VIEW_ALL_IN_ASSIGNED_GROUP"]
THREE = ["MANAGE_ILR", *TWO]
DETAILS = "id firstName lastName uln standardCode standardTitle standardVersion startDate endDate"
TRAINING = (
    "training { progressPercent plannedHours loggedHours nextReviewOn evidence(first: 9) {"
    " totalCount nodes { id title kind status submittedAt content { url expiresAt } } }"
    " feedback(first: 9) { totalCount nodes { text at by } } }"
)
ILR = (
    "ilr { learnRefNumber niNumber fundingModel plannedEndOn actualEndOn completionStatus outcome"
    " withdrawReason deliveryPostcode qaVerifiedAt editVersion }"
)
WHOLE = f"""
query {{
  learners(show: ALL, first: 20) {{
    totalCount
    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
    edges {{ cursor }}
    nodes {{
      {DETAILS} standardOption email dateOfBirth apprentice {{ name }} reference deliveryModel
      status pauseDate stopDate completionDate employer {{ organisationId name kind ukprn }}
      provider {{ organisationId name }} epao {{ name }} cost trainingPrice endPointAssessmentPrice
      priceHistory {{ fromDate cost }} {TRAINING} {ILR}
      epa {{ gatewayStatus grade components {{ name }} }} assignees {{ kind initials avatar }}
      unassigned allowedActions
    }}
  }}
  mine: learners(first: 20) {{ totalCount nodes {{ id }} }}
  apprenticeRecords(first: 20) {{ totalCount nodes {{ id }} }}
  inspectionGroups(first: 5) {{ totalCount nodes {{ id name body }} }}
}}
"""
"""What there is to ask of records, in every group of fields."""
LISTED = (
    "query ($show: LearnersShown!) { learners(show: $show, first: 50) { totalCount nodes {"
    " firstName } edges { cursor } } }"
)
LINKS = re.compile(r"/documents/[^\"]+")
CURSORS = re.compile(r'"(cursor|startCursor|endCursor)":"[^"]+"')


def moment(text: str) -> int:
    """Return an instant that is written in UTC, in epoch milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


async def do(client: Client, name: str, /, **given: object) -> Reply:
    """Send one command with its input."""
    title = name[0].upper() + name[1:]
    document = (
        f"mutation ($input: {title}Input!) {{ {name}(input: $input) {{ {PAYLOADS[name]} }} }}"
    )
    return await client.ask(document, {"input": given})


async def done(client: Client, name: str, /, **given: object) -> dict[str, Any]:
    """Send one command that has to succeed; its payload."""
    reply = await do(client, name, **given)
    assert reply.errors == [], reply.errors
    return reply.data[name]


def said(reply: Reply) -> tuple[str, str | None, str | None]:
    """Return code, reason and input of the one error of a command that changed nothing."""
    assert reply.data is None or list(reply.data.values()) == [None]
    [error] = reply.errors
    extensions = error["extensions"]
    return extensions["code"], extensions.get("reason"), extensions.get("input")


async def listed(client: Client, show: str = "ALL") -> list[str]:
    """Return the first names of the learners that the console shows."""
    reply = await client.ask(LISTED, {"show": show})
    assert reply.errors == [], reply.errors
    page = reply.data["learners"]
    assert page["totalCount"] == len(page["nodes"])
    return [node["firstName"] for node in page["nodes"]]


def unsealed(reply: Reply) -> str:
    """Return an answer without links and cursors, which are sealed for whom they were made."""
    return sealed_off(reply.response.text)


def sealed_off(text: str) -> str:
    """Return a text of JSON without links and cursors."""
    return CURSORS.sub(r'"\1":"-"', LINKS.sub("-", text))


@dataclass
class Visit:
    """A group of Prov and its accounts, by the name of the person, as Sue sees to them."""

    world: World
    sue: Client
    group: str
    accounts: dict[str, str] = field(default_factory=dict)

    async def account(
        self,
        who: str = "ivy",
        *,
        kind: str = "GENERIC",
        permissions: list[str] | None = None,
        channels: list[str] | None = None,
        active: bool = True,
    ) -> Client:
        """Make an account for somebody, activated unless told otherwise; a client of theirs."""
        given: dict[str, Any] = {
            "groupId": self.group,
            "email": f"{who}@example.test",
            "name": who.capitalize(),
            "emailKind": kind,
        }
        if permissions is not None:
            given["permissions"] = permissions
        if channels is not None:
            given["channels"] = channels
        made = await done(self.sue, "createInspectorAccount", **given)
        self.accounts[who] = made["account"]["id"]
        if active:
            await self.act("activateInspector", who)
        return await self.world.client(who)

    async def act(self, name: str, who: str = "ivy", **given: object) -> dict[str, Any]:
        """Do something with an account that has to succeed; the account."""
        return (await done(self.sue, name, accountId=self.accounts[who], **given))["account"]

    async def add(self, *numbers: int) -> None:
        await done(self.sue, "addLearners", groupId=self.group, recordIds=ids(*numbers))

    async def remove(self, *numbers: int) -> None:
        await done(self.sue, "removeLearners", groupId=self.group, recordIds=ids(*numbers))

    async def open(self, *, minutes: int = 60, **given: object) -> dict[str, Any]:
        """Open the group with Tina as host; for an hour from now, unless told otherwise."""
        end = self.world.clock.instant + minutes * 60_000
        given = {
            "groupId": self.group,
            "hostId": await user_id(self.world, "tina"),
            "closesAt": datetime.fromtimestamp(end / 1000, UTC).isoformat(),
        } | given
        return (await done(self.sue, "openInspection", **given))["group"]

    async def close(self) -> dict[str, Any]:
        return (await done(self.sue, "closeInspection", groupId=self.group))["group"]


async def visit(world: World, name: str = "Ofsted June", body: str = "OFSTED") -> Visit:
    """Have Sue set up a group at Prov, with nobody and nothing in it."""
    sue = await world.client("sue")
    prov = await organisation_id(world, "prov")
    made = await done(sue, "createInspectionGroup", organisationId=prov, name=name, body=body)
    return Visit(world, sue, made["group"]["id"])


async def in_force(world: World, *numbers: int, who: str = "ivy", **account: Any) -> Visit:
    """Have a visit in force: an account for somebody, learners, a host and a window of an hour."""
    made = await visit(world)
    await made.account(who, **account)
    if numbers:
        await made.add(*numbers)
    await made.open()
    return made
