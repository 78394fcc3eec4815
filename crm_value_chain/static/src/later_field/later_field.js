import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/**
 * A field of Json that is read when it is shown: the form opens without it, and nothing
 * is computed for a page that stays closed. It is read again whenever the form is.
 *
 *     <widget name="later_field" field="score_explanation" shown_as="score_chart" />
 */
export class LaterField extends Component {
    static template = "crm_value_chain.LaterField";
    static props = {
        ...standardWidgetProps,
        field: String,
        widget: String,
        options: {type: Object, optional: true},
    };

    setup() {
        this.laterField = useService("value_chain_later_field");
        this.state = useState({record: false});
        useRecordObserver((record) => {
            this.follow(record); // which nobody waits for
        });
    }

    get widget() {
        return registry.category("fields").get(this.props.widget);
    }

    get component() {
        return this.widget.component;
    }

    get fieldProps() {
        const {field, options = {}, readonly} = this.props;
        return {
            ...this.widget.extractProps?.({options}, {}),
            name: field,
            record: this.state.record,
            readonly: Boolean(readonly),
        };
    }

    /** Reads the field where the form was read: its values are another object then. */
    async follow(record) {
        const {data, resId, resModel} = record;
        if (data === this.values) {
            return;
        }
        this.values = data;
        const {field} = this.props;
        const value = resId && (await this.laterField.load(resModel, resId, field));
        if (data === this.values) {
            this.state.record = {
                data: {[field]: value},
                resId,
                resModel,
                save: () => record.save(),
                load: () => record.load(),
            };
        }
    }
}

registry.category("view_widgets").add("later_field", {
    component: LaterField,
    extractProps: ({attrs, options}) => ({
        field: attrs.field,
        widget: attrs.shown_as,
        options,
    }),
});
