import {_t} from "@web/core/l10n/translation";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {CustomerKanbanHeader} from "./customer_kanban_header";

const STAGE_FIELD = "ladder_stage_id";

/**
 * Dragging a customer to another stage does not write the stage: rules decide on it.
 * It asks for the reason, and makes an override that the rules respect.
 */
export class CustomerKanbanRenderer extends KanbanRenderer {
    static components = {
        ...KanbanRenderer.components,
        KanbanHeader: CustomerKanbanHeader,
    };

    get isGroupedByStage() {
        return (
            this.props.list.isGrouped &&
            this.props.list.groupByField.name === STAGE_FIELD
        );
    }

    /** @override the field is readonly, but cards may be dragged: see above */
    get canMoveRecords() {
        return (
            (this.isGroupedByStage && this.canResequenceRecords) || super.canMoveRecords
        );
    }

    /** @override */
    async sortRecordDrop(dataRecordId, dataGroupId, params) {
        if (!this.isGroupedByStage) {
            return super.sortRecordDrop(...arguments);
        }
        const {parent} = params;
        if (!parent?.classList.contains("o_kanban_hover")) {
            return; // dropped outside the columns
        }
        parent.classList.remove("o_kanban_hover");
        const {groups} = this.props.list;
        const source = groups.find((group) => group.id === dataGroupId);
        const target = groups.find((group) => group.id === parent.dataset.id);
        const record = source?.list.records.find(({id}) => id === dataRecordId);
        if (record && target?.value && target !== source) {
            this.askReason(record, target);
        }
    }

    /**
     * @param {Record} record profile that was dragged
     * @param {Group} target column of the stage where it was dropped
     */
    askReason(record, target) {
        this.dialog.add(FormViewDialog, {
            resModel: "crm.customer.override",
            title: _t("Set the stage by hand"),
            size: "md",
            canExpand: false,
            context: {
                default_profile_id: record.resId,
                default_dimension: "ladder",
                default_ladder_stage_id: target.value,
            },
            onRecordSaved: () => this.props.list.model.load(),
        });
    }
}
