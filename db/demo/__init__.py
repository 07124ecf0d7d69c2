"""The demo world: the same people, organisations and rows on every machine and every day."""

from db.bulk import NotEmpty
from db.demo.fixed import demo_key
from db.demo.people import PEOPLE, Person
from db.demo.world import seed_demo

__all__ = ["PEOPLE", "NotEmpty", "Person", "demo_key", "seed_demo"]
