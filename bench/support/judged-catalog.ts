/** What the benchmark asks of a layout: the part of the catalog's interface that both layouts have. */
import type { Catalog } from "../../catalog/catalog.js";

export type JudgedCatalog = Pick<Catalog, "live" | "next" | "totals" | "begin" | "apply" | "publish"> & AsyncDisposable;
