"""Which browser the tests take, and what they say when there is none."""

import pytest

import browsers


async def test_without_a_browser_the_tests_fail_and_say_what_installs_one(tmp_path, monkeypatch):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(browsers, "UNPACKED", tmp_path)
    monkeypatch.setattr(browsers, "NAMES", ())
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(RuntimeError, match="apt-get install --yes chromium") as failure:
        async with browsers.chromium():
            pass
    assert "/nowhere/chromium: " in str(failure.value)
    assert f"{broken}: " in str(failure.value)


def test_the_one_that_is_named_comes_first(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/opt/mine")
    tried = [str(path) for path in browsers.candidates()]
    assert (tried[0], tried[-1]) == ("/opt/mine", str(browsers.UNPACKED / "chromium"))
