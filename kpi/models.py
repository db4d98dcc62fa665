"""The import list by which Django finds every model, and lower packages what upper ones say to them."""

import kpi.commentary.incoming
import kpi.commentary.models
import kpi.indicators.models.areas
import kpi.indicators.models.comparisons
import kpi.indicators.models.indicators
import kpi.indicators.models.months
import kpi.indicators.models.versions
import kpi.packs.models
import kpi.packs.words
import kpi.returns.models  # noqa: F401
