from . import test_customer_retain
