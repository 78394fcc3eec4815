from . import test_historical_batch
from . import test_historical_import
from . import test_historical_purchase
from . import test_measure
from . import test_transaction
from . import test_stale
