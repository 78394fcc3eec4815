from . import test_customer_brief
from . import test_customer_retain
from . import test_customer_view
