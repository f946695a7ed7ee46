/** What the benchmark asks of a layout: the part of the catalog's interface that both layouts have. */
import type { Catalog, TreeView } from "../../catalog/catalog.js";

export type JudgedCatalog = Pick<Catalog, "next" | "totals" | "begin" | "apply" | "publish"> &
  AsyncDisposable & { readonly live: TreeView };
