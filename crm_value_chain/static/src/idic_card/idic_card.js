import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The four steps of IDIC with a customer: what is there, what is missing. */
export class IdicCard extends Component {
    static template = "crm_value_chain.IdicCard";
    static props = {
        ...standardFieldProps,
        compact: {type: Boolean, optional: true},
    };

    get steps() {
        const card = this.props.record.data[this.props.name];
        return (card ? card.steps : []).map((step) => this.describe(step));
    }

    describe(step) {
        const missing = step.evidence.filter(({there}) => !there);
        const total = step.evidence.length;
        const done = total - missing.length;
        return {
            ...step,
            missing,
            found: step.evidence.filter(({there}) => there),
            share: total ? Math.round((100 * done) / total) : 0,
            words: total ? _t("%(done)s of %(total)s", {done, total}) : "",
            isDone: total > 0 && done === total,
        };
    }
}

export const idicCard = {
    component: IdicCard,
    displayName: _t("IDIC card"),
    supportedTypes: ["json"],
    supportedOptions: [
        {label: _t("Just the steps, open on demand"), name: "compact", type: "boolean"},
    ],
    isEmpty: () => false,
    extractProps: ({options}) => ({compact: Boolean(options.compact)}),
};

registry.category("fields").add("idic_card", idicCard);
