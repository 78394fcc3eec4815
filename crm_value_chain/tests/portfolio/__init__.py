from . import test_history
from . import test_profit
from . import test_promotion_response
from . import test_rfm
from . import test_service_cost
