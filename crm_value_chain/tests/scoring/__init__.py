from . import test_scoring_run
