from . import crm_customer_transaction
from . import crm_service_cost
from . import sale_order
