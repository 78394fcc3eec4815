import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/**
 * What everybody should know of a customer, a card for each room, from Json.
 *
 * The option `parts` names those that are shown where not all are.
 */
export class CustomerView extends Component {
    static template = "crm_value_chain.CustomerView";
    static props = {...standardFieldProps, only: {type: Array, optional: true}};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get parts() {
        const {name, only, record} = this.props;
        const parts = record.data[name] || [];
        return only ? parts.filter(({key}) => only.includes(key)) : parts;
    }

    tone({tone}) {
        return tone ? `text-${tone}` : "";
    }

    /** Leaves the form, which is saved first; what changed is there on return. */
    async leave(open) {
        if (await this.props.record.save()) {
            await open();
        }
    }

    openLine({model, id}) {
        return this.leave(() =>
            this.action.doAction({
                type: "ir.actions.act_window",
                res_model: model,
                res_id: id,
                views: [[false, "form"]],
            })
        );
    }

    openPart({action}) {
        const {record} = this.props;
        return this.leave(async () =>
            this.action.doAction(
                await this.orm.call(record.resModel, action, [[record.resId]])
            )
        );
    }
}

export const customerView = {
    component: CustomerView,
    displayName: _t("Customer view"),
    supportedTypes: ["json"],
    isEmpty: () => false,
    extractProps: ({options}) => ({only: options.parts}),
};

registry.category("fields").add("customer_view", customerView);
