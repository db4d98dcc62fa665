"""The import list by which Django finds every model, and lower packages what upper ones say to them."""

import kpi.commentary.incoming
import kpi.commentary.models
import kpi.indicators.models
import kpi.packs.indicator_words
import kpi.packs.models
import kpi.returns.models  # noqa: F401
