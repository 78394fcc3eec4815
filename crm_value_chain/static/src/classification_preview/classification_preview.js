import {Component} from "@odoo/owl";
import {formatInteger} from "@web/views/fields/formatters";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * How many customers each rule of a classification holds now, and would hold with the
 * rules as they stand on the screen, before they are saved.
 */
export class ClassificationPreview extends Component {
    static template = "crm_value_chain.ClassificationPreview";
    static props = {...standardFieldProps};

    get preview() {
        return this.props.record.data[this.props.name] || false;
    }

    get rows() {
        const {rules} = this.preview;
        const largest = Math.max(1, ...rules.flatMap((rule) => [rule.now, rule.then]));
        return rules.map((rule) => ({
            ...rule,
            nowText: formatInteger(rule.now),
            thenText: formatInteger(rule.then),
            matchesText: formatInteger(rule.matches),
            takenText: rule.taken ? formatInteger(rule.taken) : "",
            remark: rule.edited ? false : rule.warning,
            difference: rule.then - rule.now,
            differenceText: this.formatDifference(rule.then - rule.now),
            nowWidth: (100 * rule.now) / largest,
            thenWidth: (100 * rule.then) / largest,
        }));
    }

    get total() {
        return _t("%s customers in all", formatInteger(this.preview.total));
    }

    formatDifference(difference) {
        const text = formatInteger(Math.abs(difference));
        return difference ? `${difference > 0 ? "+" : "−"}${text}` : "";
    }
}

export const classificationPreview = {
    component: ClassificationPreview,
    displayName: _t("Classification preview"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("classification_preview", classificationPreview);
