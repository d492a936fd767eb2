"""Writing the defaults of the rulebook into a database that has no version of them yet."""

import json
from datetime import datetime

from portal.database import execute
from portal.domain.common.words import N_
from portal.domain.policy.registry import FIGURES

SEEDED = N_("Default of the rulebook")


async def seed_defaults(*, valid_from: datetime) -> None:
    """Write version 1 of every figure for the company, from `valid_from`, as the staff login.

    Figures that have versions are left alone: it can run again, and after an upgrade.
    """
    for figure in FIGURES.values():
        await execute(
            """INSERT INTO policy_figure (key, scope_kind, value, version, valid_from, reason)
               VALUES ($1, 'company', $2::jsonb, 1, $3, $4)
               ON CONFLICT ON CONSTRAINT policy_figure_once DO NOTHING""",
            figure.key,
            json.dumps(figure.to_json(figure.default), ensure_ascii=False),
            valid_from,
            SEEDED,
        )
