import {Component} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {LadderCondition} from "../ladder_explanation/ladder_condition";

/** Where a customer stands beside the ladder, and why; from the Json field. */
export class ClassificationExplanation extends Component {
    static template = "crm_value_chain.ClassificationExplanation";
    static components = {LadderCondition};
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get explanations() {
        return this.props.record.data[this.props.name] || [];
    }

    since(each) {
        return each.since
            ? _t("since %s", formatDate(deserializeDate(each.since)))
            : "";
    }

    override({override}) {
        if (override.until) {
            const until = formatDate(deserializeDate(override.until));
            return _t("Set by hand by %(user)s until %(until)s: %(reason)s", {
                ...override,
                until,
            });
        }
        return _t("Set by hand by %(user)s: %(reason)s", override);
    }

    /** The form may hold what is not saved yet; it is saved first. */
    async callAndReload(method, dimension) {
        const {record} = this.props;
        if (!(await record.save())) {
            return;
        }
        const action = await this.orm.call(record.resModel, method, [
            [record.resId],
            dimension,
        ]);
        if (action) {
            await this.action.doAction(action, {onClose: () => record.load()});
        } else {
            await record.load();
        }
    }

    setByHand({dimension}) {
        return this.callAndReload("action_set_by_hand", dimension);
    }

    backToRules({dimension}) {
        return this.callAndReload("action_back_to_rules", dimension);
    }
}

export const classificationExplanation = {
    component: ClassificationExplanation,
    displayName: _t("Classification explanation"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry
    .category("fields")
    .add("classification_explanation", classificationExplanation);
