import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {ScoreChart} from "./score_chart";

/** Draws the Json field `score_explanation` of a customer profile. */
export class ScoreChartField extends Component {
    static template = "crm_value_chain.ScoreChartField";
    static components = {ScoreChart};
    static props = {...standardFieldProps};

    get score() {
        const score = this.props.record.data[this.props.name];
        return score?.chart ? score : false;
    }
}

export const scoreChartField = {
    component: ScoreChartField,
    displayName: _t("Score chart"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("score_chart", scoreChartField);
