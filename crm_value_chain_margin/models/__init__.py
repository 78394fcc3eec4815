from . import crm_customer_transaction
from . import sale_order
