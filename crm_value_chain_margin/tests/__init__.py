from . import test_margin
from . import test_margin_demo
from . import test_margin_profit
from . import test_margin_proposition
from . import test_margin_queue
from . import test_margin_rights
