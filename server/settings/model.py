"""What an operator may set, by FIELDGATE_… variables or a .env file, checked before the start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import (
    ValidationError,
    model_validator,
)
from pydantic_settings import DotEnvSettingsSource
from pydantic_settings import SettingsError as Unreadable

from server.settings.fields import SettingFields
from server.settings.names import PREFIX, unknown_names
from server.settings.profiles import profile_faults


class Settings(SettingFields):
    """The settings of one process, which hold what their profile demands."""

    @model_validator(mode="after")
    def _profile(self) -> Self:
        """Hold what the profile demands; every fault is named at once."""
        if faults := profile_faults(self):
            raise ValueError("\n".join(faults))
        return self


class SettingsError(ValueError):
    """Settings that Fieldgate cannot or must not start with: one sentence a line."""


def load_settings(env_file: Path = Path(".env")) -> Settings:
    """Read the settings, or raise SettingsError with a sentence for everything that is wrong."""
    unknown = [*unknown_names(os.environ, Settings)]
    unknown += [f"{env_file}: {told}" for told in unknown_names(_names_in(env_file), Settings)]
    if unknown:
        raise SettingsError("\n".join(unknown))
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # of every BaseSettings
    except Unreadable as error:
        raise SettingsError(f"A setting that is a list or a map is not JSON: {error}.") from None
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(dict(one)) for one in error.errors())) from None


def _names_in(env_file: Path) -> list[str]:
    try:
        return list(DotEnvSettingsSource(Settings, env_file=env_file).env_vars)
    except OSError as error:
        raise SettingsError(f"{env_file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file} cannot be read: it is not UTF-8.") from None


def _sentence(error: Mapping[str, object]) -> str:
    """Name the setting, never its value: it may be a secret."""
    location = error["loc"]
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "there is no such setting"
    if not isinstance(location, tuple) or not location:
        return message
    name = f"{PREFIX}{str(location[0]).upper().removeprefix(PREFIX)}"
    inside = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location[1:])
    return f"{name}{inside}: {message.rstrip('.')}."
