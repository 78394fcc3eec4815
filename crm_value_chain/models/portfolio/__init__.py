from . import crm_customer_profile
from . import crm_rfm_cutoff
