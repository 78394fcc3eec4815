import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {onWillRender} from "@odoo/owl";

/**
 * The form of what people note once and for good: nobody changes it afterwards.
 *
 * Odoo offers Save and Discard to those only who may change records.
 */
export class NotedForGoodFormController extends FormController {
    setup() {
        super.setup();
        onWillRender(() => {
            this.canEdit = this.model.root.isNew;
        });
    }
}

export const notedForGoodFormView = {
    ...formView,
    Controller: NotedForGoodFormController,
};

registry.category("views").add("noted_for_good_form", notedForGoodFormView);
