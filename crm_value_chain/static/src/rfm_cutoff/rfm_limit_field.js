import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {FloatField, floatField} from "@web/views/fields/float/float_field";

/** A limit of a score, with what it means: how many days at most, how much at least. */
export class RfmLimitField extends FloatField {
    static defaultProps = {...FloatField.defaultProps, trailingZeros: false};

    /** @override while it is edited, the number stands alone */
    get formattedValue() {
        return this.props.readonly ? this.meaning : super.formattedValue;
    }

    get meaning() {
        const {measure, currency_id: currency} = this.props.record.data;
        const value = super.formattedValue;
        switch (measure) {
            case "recency":
                return this.value < 0 ? _t("nobody") : _t("≤ %s days", value);
            case "frequency":
                return _t("≥ %s purchases", value);
            default:
                return `≥ ${formatCurrency(this.value, currency?.id)}`;
        }
    }
}

export const rfmLimitField = {
    ...floatField,
    component: RfmLimitField,
    displayName: _t("RFM limit"),
    supportedTypes: ["float"],
    extractProps: () => ({}),
};

registry.category("fields").add("rfm_limit", rfmLimitField);
