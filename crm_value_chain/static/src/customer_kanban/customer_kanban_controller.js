import {KanbanController} from "@web/views/kanban/kanban_controller";

export class CustomerKanbanController extends KanbanController {
    /** @override columns show what their customers are worth a year */
    get progressBarAggregateFields() {
        const {yearly_amount: yearlyAmount} = this.props.fields;
        return [
            ...super.progressBarAggregateFields,
            ...(yearlyAmount ? [yearlyAmount] : []),
        ];
    }
}
