from . import crm_customer_attitude
from . import crm_customer_profile
from . import rating_rating
