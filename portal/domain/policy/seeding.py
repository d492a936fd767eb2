"""Writing the defaults of the rulebook into a database that has no version of them yet."""

import json
from datetime import datetime
from typing import Any

from portal.database import execute
from portal.domain.common.words import N_
from portal.domain.policy.in_force import ScopeKind
from portal.domain.policy.lookup import policy_changed
from portal.domain.policy.registry import FIGURES, Figure

SEEDED = N_("Default of the rulebook")


async def seed_defaults(*, valid_from: datetime) -> None:
    """Write version 1 of every figure from `valid_from`, as the staff login.

    For the company, and for the tiers for which the rulebook has another figure. Figures that have
    versions there are left alone: it can run again, and after an upgrade.
    """
    for figure in FIGURES.values():
        await _write(figure, ScopeKind.COMPANY, None, figure.default, valid_from)
        for tier, value in figure.for_tiers.items():
            await _write(figure, ScopeKind.TIER, tier, value, valid_from)
    policy_changed()


async def _write(
    figure: Figure[Any], kind: ScopeKind, scope_value: str | None, value: Any, valid_from: datetime
) -> None:
    await execute(
        """INSERT INTO policy_figure
               (key, scope_kind, scope_value, value, version, valid_from, reason)
           VALUES ($1, $2, $3, $4::jsonb, 1, $5, $6)
           ON CONFLICT ON CONSTRAINT policy_figure_once DO NOTHING""",
        figure.key,
        kind.value,
        scope_value,
        json.dumps(figure.to_json(value), ensure_ascii=False),
        valid_from,
        SEEDED,
    )
