import {Component} from "@odoo/owl";
import {formatInteger} from "@web/views/fields/formatters";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** What the segments of a ready-made portfolio would hold, before they are made. */
export class PortfolioPreview extends Component {
    static template = "crm_value_chain.PortfolioPreview";
    static props = {...standardFieldProps};

    get preview() {
        return this.props.record.data[this.props.name] || false;
    }

    get rows() {
        const {rows} = this.preview;
        const largest = Math.max(
            ...rows.flatMap((row) => [row.share, row.value_share])
        );
        return rows.map((row) => ({
            ...row,
            customersText: formatInteger(row.customers),
            shareWidth: largest ? (100 * row.share) / largest : 0,
            valueWidth: largest ? (100 * row.value_share) / largest : 0,
        }));
    }

    get totalText() {
        return formatInteger(this.preview.total.customers);
    }

    get nowhereText() {
        const count = formatInteger(this.preview.nowhere);
        return this.preview.nowhere ? _t("In no segment: %s", count) : "";
    }
}

export const portfolioPreview = {
    component: PortfolioPreview,
    displayName: _t("Portfolio preview"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("portfolio_preview", portfolioPreview);
