from . import crm_need
from . import crm_customer_need
from . import crm_customer_profile_idic
