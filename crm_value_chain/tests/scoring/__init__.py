from . import test_call_today
from . import test_concurrency
from . import test_customer_kind
from . import test_degenerate
from . import test_forecasts
from . import test_retention_model
from . import test_score_explanation
from . import test_scoring_run
