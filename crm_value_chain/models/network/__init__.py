from . import crm_network_member
