import {Component, onWillStart, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** How a proposition and its versions do; read when its page is opened. */
export class ValuePerformance extends Component {
    static template = "crm_value_chain.ValuePerformance";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({columns: [], rows: []});
        onWillStart(async () => {
            const {resId, resModel} = this.props.record;
            if (resId) {
                const found = await this.orm.call(resModel, "get_performance", [resId]);
                Object.assign(this.state, found);
            }
        });
    }
}

export const valuePerformance = {component: ValuePerformance};

registry.category("view_widgets").add("value_performance", valuePerformance);
