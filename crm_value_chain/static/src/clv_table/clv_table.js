import {Component} from "@odoo/owl";
import {formatCurrency} from "@web/core/currency";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * How the customer lifetime value comes about, so that anybody can repeat it: expected
 * purchases times the value of one times the discount factor, period by period.
 */
export class ClvTable extends Component {
    static template = "crm_value_chain.ClvTable";
    static props = {...standardFieldProps};

    get score() {
        return this.props.record.data[this.props.name] || {};
    }

    get clv() {
        return this.score.clv || false;
    }

    /** From a margin that the user may not know there is nothing but the total. */
    get isWithheld() {
        return !(this.clv.rows || []).length;
    }

    get rows() {
        return (this.clv.rows || []).map((row) => ({
            until: formatDate(deserializeDate(row.until)),
            purchases: this.formatNumber(row.purchases),
            factor: this.formatNumber(row.factor),
            amount: this.formatAmount(row.amount),
        }));
    }

    get valueTitle() {
        if (this.clv.basis === "margin") {
            return _t("Margin of one");
        }
        return this.clv.basis === "amount" ? _t("Amount of one") : _t("Value of one");
    }

    get notes() {
        const {months, rate, margin_rate: marginRate, outdated} = this.clv;
        const notes = [
            _t(
                "Purchases expected over %(months)s months; later ones count for less, by %(rate)s% a year.",
                {months, rate: this.formatPercent(rate)}
            ),
        ];
        if (typeof marginRate === "number") {
            notes.push(
                _t(
                    "The margin of one is %s% of its amount.",
                    this.formatPercent(marginRate)
                )
            );
        } else if (this.clv.basis === "margin" && this.isWithheld) {
            notes.push(
                _t(
                    "The value of one is its margin, which is not shown to you: nor are the periods, which would tell it."
                )
            );
        } else if (this.clv.basis === "amount") {
            notes.push(_t("From the amount: costs are not taken off."));
        }
        if (outdated) {
            notes.push(
                _t(
                    "The settings changed since the total was computed: the next calculation renews it."
                )
            );
        }
        return notes;
    }

    formatPercent(share) {
        return formatFloat(share * 100, {digits: [16, 1], trailingZeros: false});
    }

    formatNumber(number) {
        return formatFloat(number, {digits: [16, 4]});
    }

    formatAmount(amount) {
        return formatCurrency(amount, this.score.currency_id);
    }
}

export const clvTable = {
    component: ClvTable,
    displayName: _t("CLV table"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("clv_table", clvTable);
