from . import crm_customer_transaction
from . import crm_service_cost
from . import crm_value_proposition_report
from . import sale_order
