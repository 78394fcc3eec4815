import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {PriorityField, priorityField} from "@web/views/fields/priority/priority_field";

const MOST = 5;

/** A whole number from 1 to 5 as stars; there is no such thing as no star. */
export class FiveStarsField extends PriorityField {
    get options() {
        const label = (value) => _t("%(value)s of %(most)s", {value, most: MOST});
        return Array.from({length: MOST + 1}, (_item, value) => [value, label(value)]);
    }

    onStarClicked(value) {
        this.state.index = -1;
        return this.updateRecord(value);
    }
}

export const fiveStarsField = {
    ...priorityField,
    component: FiveStarsField,
    displayName: _t("Five stars"),
    supportedTypes: ["integer"],
    extractProps: (fieldInfo, {readonly}) => ({
        readonly,
        autosave: false,
        withCommand: false,
    }),
};

registry.category("fields").add("five_stars", fiveStarsField);
