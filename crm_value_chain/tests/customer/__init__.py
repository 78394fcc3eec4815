from . import test_historical_batch
from . import test_historical_import
from . import test_historical_purchase
from . import test_measure
from . import test_privacy
from . import test_rule_explanation
from . import test_stale
from . import test_transaction
