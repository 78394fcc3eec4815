from . import test_concurrency
from . import test_scoring_run
from . import test_retention_model
from . import test_customer_kind
