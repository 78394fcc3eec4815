from . import test_rfm
