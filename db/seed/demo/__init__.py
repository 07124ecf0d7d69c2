"""The demo world: the same people, organisations and rows on every machine and every day."""

from db.seed.bulk import NotEmpty
from db.seed.demo.fixed import demo_key
from db.seed.demo.people import PEOPLE, Person
from db.seed.demo.world import seed_demo

__all__ = ["PEOPLE", "NotEmpty", "Person", "demo_key", "seed_demo"]
