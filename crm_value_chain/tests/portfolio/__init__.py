from . import test_customer_list
from . import test_portfolio_demo
from . import test_portfolio_wizard
from . import test_rfm
from . import test_segment
from . import test_strategy
from . import test_value_tier
