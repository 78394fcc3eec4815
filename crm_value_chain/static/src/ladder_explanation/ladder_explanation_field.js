import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {LadderExplanation} from "./ladder_explanation";

/** Shows the Json field `ladder_explanation` of a customer profile. */
export class LadderExplanationField extends Component {
    static template = "crm_value_chain.LadderExplanationField";
    static components = {LadderExplanation};
    static props = {...standardFieldProps};

    get explanation() {
        return this.props.record.data[this.props.name] || false;
    }
}

export const ladderExplanationField = {
    component: LadderExplanationField,
    displayName: _t("Ladder explanation"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("ladder_explanation", ladderExplanationField);
