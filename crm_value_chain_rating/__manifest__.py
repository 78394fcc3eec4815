{
    "name": "CRM Value Chain: Ratings",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "How satisfied customers are, from the ratings that they give",
    "author": "CRM Value Chain contributors",
    "license": "LGPL-3",
    "depends": ["crm_value_chain", "rating"],
    "icon": "/crm_value_chain/static/description/icon.png",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
