import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** Propositions that suit the customer, with why; a click chooses one. */
export class ValueSuggestions extends Component {
    static template = "crm_value_chain.ValueSuggestions";
    static props = {...standardFieldProps};

    get suggestions() {
        return this.props.record.data[this.props.name] || [];
    }

    get isEditable() {
        return this.props.record.isInEdition;
    }

    get chosenId() {
        const chosen = this.props.record.data.value_proposition_id;
        return chosen && chosen.id;
    }

    choose({id, name}) {
        return this.props.record.update({
            value_proposition_id: {id, display_name: name},
        });
    }
}

export const valueSuggestions = {
    component: ValueSuggestions,
    displayName: _t("Value suggestions"),
    supportedTypes: ["json"],
    isEmpty: () => false,
    fieldDependencies: [
        {
            name: "value_proposition_id",
            type: "many2one",
            relation: "crm.value.proposition",
        },
    ],
};

registry.category("fields").add("value_suggestions", valueSuggestions);
