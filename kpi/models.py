"""The import list by which Django finds every model, and by which returns know who takes in words."""

import kpi.indicators.models
import kpi.packs.incoming
import kpi.packs.models
import kpi.returns.models  # noqa: F401
