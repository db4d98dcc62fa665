"""The import list by which Django finds the models of every sub-package."""

import kpi.indicators.models
import kpi.packs.models
import kpi.returns.models  # noqa: F401
