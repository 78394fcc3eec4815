import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {IntegerField, integerField} from "@web/views/fields/integer/integer_field";

const FULL = 10;
const ENOUGH = 6; // Below it somebody should do something

/** A whole number from 0 to 10, or unknown, as a bar; a number while it is edited. */
export class MetBarField extends IntegerField {
    static template = "crm_value_chain.MetBarField";

    get isKnown() {
        return typeof this.value === "number";
    }

    get full() {
        return FULL;
    }

    get share() {
        return (100 * Math.min(Math.max(this.value, 0), FULL)) / FULL;
    }

    get isLow() {
        return this.value < ENOUGH;
    }
}

export const metBarField = {
    ...integerField,
    component: MetBarField,
    displayName: _t("Bar from 0 to 10"),
    isEmpty: () => false,
};

registry.category("fields").add("met_bar", metBarField);
