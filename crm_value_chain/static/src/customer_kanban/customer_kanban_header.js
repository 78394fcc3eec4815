import {formatMonetary} from "@web/views/fields/formatters";
import {KanbanHeader} from "@web/views/kanban/kanban_header";

/** Column title with what the customers of the column are worth a year. */
export class CustomerKanbanHeader extends KanbanHeader {
    static template = "crm_value_chain.CustomerKanbanHeader";

    /** Empty where customers of several currencies cannot be added up. */
    get yearlyAmount() {
        const {yearly_amount: value, currency_id: currencies} = this.group.aggregates;
        if (!value || currencies?.length !== 1) {
            return "";
        }
        return formatMonetary(value, {
            currencyId: currencies[0],
            humanReadable: true,
            digits: [null, 0],
            minDigits: 3,
        });
    }
}
