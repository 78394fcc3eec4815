import {registry} from "@web/core/registry";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {CustomerKanbanController} from "./customer_kanban_controller";
import {CustomerKanbanRenderer} from "./customer_kanban_renderer";

export const customerKanbanView = {
    ...kanbanView,
    Controller: CustomerKanbanController,
    Renderer: CustomerKanbanRenderer,
};

registry.category("views").add("customer_ladder_kanban", customerKanbanView);
