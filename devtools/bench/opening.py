"""How long people wait for the forms of the demo data, in a browser."""

import json
import statistics

from ..browser import Browser
from ..screenshots import log_in, served

ROUNDS = 9
WARM_UP = 2
# Opens a form; milliseconds until the last answer of the server that it asked for
OPEN = """(async (model, id) => {
    const {action} = odoo.__WOWL_DEBUG__.root.env.services;
    performance.setResourceTimingBufferSize(10000);
    performance.clearResourceTimings();
    const started = performance.now();
    await action.doAction(
        {
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        },
        {clearBreadcrumbs: true}
    );
    const requests = ["xmlhttprequest", "fetch"];
    const answered = () =>
        performance
            .getEntriesByType("resource")
            .filter(({initiatorType}) => requests.includes(initiatorType))
            .map(({responseEnd}) => responseEnd);
    for (let before = -1; before < answered().length; ) {
        before = answered().length;
        await new Promise((resolve) => setTimeout(resolve, 700));
    }
    return Math.max(...answered()) - started;
})"""


def waits(name, views):
    """Add how long people wait until all of the contact's form and the view is there.

    :param name: of a demo database
    :param views: what `inside_demo.customer_views` returns
    """
    with served(name) as (url, database):
        for login in dict.fromkeys(view["login"] for view in views):
            session = log_in(url, database, login)
            with Browser() as browser:
                browser.resize(1400, 900)
                browser.set_cookie(url, "session_id", session)
                browser.open(f"{url}/odoo/contacts")
                browser.wait_for(".o_action_manager .o_view_controller")
                for view in views:
                    if view["login"] == login:
                        view |= waits_of(browser, view)


def waits_of(browser, view):
    forms = {
        "contact_there_ms": ("res.partner", view["contact_id"]),
        "view_there_ms": ("crm.customer.profile", view["profile_id"]),
    }
    times = {name: [] for name in forms}
    for _round in range(ROUNDS):
        for name, (model, record) in forms.items():
            call = f"{OPEN}({json.dumps(model)}, {record})"
            times[name].append(browser.evaluate(call))
    return {name: statistics.median(each[WARM_UP:]) for name, each in times.items()}
