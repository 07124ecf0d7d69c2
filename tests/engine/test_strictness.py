"""What a strict mutation says of an edge to types that are for others: no payload has one yet."""

from __future__ import annotations

from unittest.mock import Mock

from authz.rows.principal import Principal
from engine.commands.strictness import refused_whole, withheld_by
from engine.errors import Withheld
from engine.notes import Notes


def test_a_refused_type_below_a_payload_is_withheld_as_in_a_query():
    notes = Notes()
    edge = Withheld("FORBIDDEN", "Not for you.", "Grant.node", {"action": "member.read"})
    notes.refuse_type("Member", edge)
    refused = refused_whole(
        [
            ("changeIt", withheld)
            for withheld in withheld_by(notes, Mock(principal=Principal("olga")))
        ]
    )
    assert refused.status == 403
    assert refused.types == {("Grant.node", "Member")}
    [error] = refused.errors
    assert error["path"] == ["changeIt"]
    assert error["extensions"] == {
        "code": "FORBIDDEN",
        "coordinate": "Grant.node",
        "action": "member.read",
        "type": "Member",
    }
