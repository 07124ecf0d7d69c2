"""What clients that keep objects need to know of the schema: the policies of their caches."""

import enum


class Client(enum.StrEnum):
    """A client whose cache can be told of the schema."""

    APOLLO = "apollo"
    URQL = "urql"
