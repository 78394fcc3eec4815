from . import crm_customer_attitude
from . import crm_customer_profile
from . import crm_relationship_episode
from . import crm_relationship_interaction
from . import rating_rating
