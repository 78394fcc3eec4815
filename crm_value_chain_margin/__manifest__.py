{
    "name": "CRM Value Chain: Margin",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "What customers earn you, from the margins of sales orders",
    "author": "CRM Value Chain contributors",
    "license": "LGPL-3",
    "depends": ["crm_value_chain", "sale_margin"],
    "demo": ["demo/sale_order_demo.xml"],
    "icon": "/crm_value_chain/static/description/icon.png",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
