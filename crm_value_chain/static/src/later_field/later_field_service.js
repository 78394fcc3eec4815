import {registry} from "@web/core/registry";
import {groupBy, unique} from "@web/core/utils/arrays";
import {browser} from "@web/core/browser/browser";
import {Deferred} from "@web/core/utils/concurrency";
import {batched} from "@web/core/utils/timing";

/** Reads fields of a form that is shown already, all that it waits for by one request. */
export const laterFieldService = {
    dependencies: ["orm"],
    async: ["load"],
    start(env, {orm}) {
        let waiting = [];

        async function read(asked) {
            const [{resModel, resId}] = asked;
            const names = unique(asked.map(({field}) => field));
            let values = {};
            try {
                [values = {}] = await orm.silent.read(resModel, [resId], names);
            } catch (error) {
                console.warn(`${names} of ${resModel} cannot be loaded:`, error);
            }
            for (const {field, loaded} of asked) {
                loaded.resolve(values[field] || false);
            }
        }

        // fields of one form ask one after the other, before the browser turns to
        // anything else
        const readWaiting = batched(
            () => {
                const records = groupBy(waiting, ({resModel, resId}) => [
                    resModel,
                    resId,
                ]);
                waiting = [];
                Object.values(records).forEach(read);
            },
            () => new Promise((resolve) => browser.setTimeout(resolve))
        );

        return {
            /** Returns a promise of what a field holds, false where it cannot be read. */
            load(resModel, resId, field) {
                const loaded = new Deferred();
                waiting.push({resModel, resId, field, loaded});
                readWaiting();
                return loaded;
            },
        };
    },
};

registry.category("services").add("value_chain_later_field", laterFieldService);
