import {Component} from "@odoo/owl";
import {formatInteger} from "@web/views/fields/formatters";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * What a tiered loyalty program would do as it stands on the screen, next to what it
 * does as it is saved: members of each tier, cost, time to the first reward.
 */
export class LoyaltyPreview extends Component {
    static template = "crm_value_chain.LoyaltyPreview";
    static props = {...standardFieldProps};

    get preview() {
        return this.props.record.data[this.props.name] || false;
    }

    get rows() {
        return this.preview.tiers.map((tier, index) => ({
            ...tier,
            id: index,
            nowText: this.formatCount(tier.now),
            thenText: this.formatCount(tier.then),
            changed: tier.now !== tier.then,
        }));
    }

    formatCount(count) {
        return count === null ? "" : formatInteger(count);
    }
}

export const loyaltyPreview = {
    component: LoyaltyPreview,
    displayName: _t("Loyalty preview"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("loyalty_preview", loyaltyPreview);
