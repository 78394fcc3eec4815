from . import test_concurrency
from . import test_scoring_run
