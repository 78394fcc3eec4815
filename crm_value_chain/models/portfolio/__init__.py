from . import crm_customer_profile
from . import crm_rfm_cutoff
from . import crm_service_cost
