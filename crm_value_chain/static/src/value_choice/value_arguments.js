import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** What a seller says, shows and answers: from the version that was chosen. */
export class ValueArguments extends Component {
    static template = "crm_value_chain.ValueArguments";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
    }

    get isEditable() {
        return this.props.record.isInEdition;
    }

    async takeCurrent() {
        const {record} = this.props;
        if (await record.save()) {
            await this.orm.call(record.resModel, "action_take_current_version", [
                record.resId,
            ]);
            await record.load();
        }
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    comparison({ours, best, best_name}) {
        if (ours === null || best === null) {
            return "";
        }
        return _t("%(ours)s against %(best)s (%(name)s)", {
            ours: ours.toLocaleString(),
            best: best.toLocaleString(),
            name: best_name,
        });
    }
}

export const valueArguments = {
    component: ValueArguments,
    displayName: _t("Value arguments"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("value_arguments", valueArguments);
