from . import test_transaction
