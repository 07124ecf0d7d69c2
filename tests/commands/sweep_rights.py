"""Promises and what then happens, where everybody has another place, for `make sweep`."""

from __future__ import annotations

import pytest

from commands.test_rights import keeps_what_it_promises


@pytest.mark.dealt("seed")
@pytest.mark.parametrize("seed", [2, 3])
async def test_what_is_promised_is_what_happens(common_world, common_tables, seed):
    await keeps_what_it_promises(common_world, common_tables, seed)
