from . import test_ladder
