from . import crm_value_chain_demo
