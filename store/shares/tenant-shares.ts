/** Which shares of a tenant a store holds: one page of a listing for each, whatever it holds of them. */
import type { ShareName } from "../../core/names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";

/** Behind every object of a share: their names are ASCII. */
const BEHIND = "\u{10FFFF}";

/** In byte order of their names; also such as have objects but no record. @throws StoreError */
export async function* sharesOf(
  objects: Pick<ObjectStore, "list">,
  tenant: string,
  options: IoOptions = {},
): AsyncGenerator<ShareName> {
  for (let after: string | undefined; ;) {
    const first = await firstBehind(objects, `${tenant}/`, { ...options, after });
    const share = first?.split("/")[1];
    if (share === undefined) return;
    yield { tenant, share };
    after = `${tenant}/${share}/${BEHIND}`;
  }
}

async function firstBehind(
  objects: Pick<ObjectStore, "list">,
  prefix: string,
  options: IoOptions & { readonly after: string | undefined },
): Promise<string | undefined> {
  for await (const { name } of objects.list(prefix, options)) return name;
  return undefined;
}
