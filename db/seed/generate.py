"""A large made-up world, the same for the same size and seed, to measure and to look around in.

Two hundred organisations, two thousand people and thirty thousand assignments come with fifty
thousand records; other sizes keep these proportions. The people to measure with, and what they
see, come on top: theirs is the same at every size.
"""

from collections.abc import Callable

from db import models
from db.seed.big.records import RecordMaker
from db.seed.big.staff import Staff
from db.seed.bulk import filling

Progress = Callable[[int, int], None]

_BATCH = 5_000


def _quiet(done: int, total: int) -> None:
    """Report nothing."""


async def seed_big(url: str, records: int, *, seed: int = 1, progress: Progress = _quiet) -> None:
    """Migrate the database and write a world with `records` apprentice records.

    `progress` is called with the records written so far and their total. A database that holds
    rows raises NotEmpty, a number below one ValueError.
    """
    if records < 1:
        raise ValueError(f"A world of {records} records cannot be made; ask for at least 1.")
    staff = Staff(records, seed)
    async with filling(url, large=True) as filler:
        for model, rows in staff.tables():
            await filler.write(model, rows)
        maker = RecordMaker(staff, seed)
        done = 0
        progress(done, records)
        while done < records:
            size = min(_BATCH, records - done)
            made = [maker.record(number) for number in range(done, done + size)]
            await filler.write(models.ApprenticeRecord, made)
            await filler.write(models.CaseloadItem, maker.items(made))
            done += size
            progress(done, records)
