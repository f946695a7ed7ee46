/** Opens what lies on this machine of a store, for a thread that has nothing else to do. */
import { LocalObjectsNow } from "./backends/local-objects-now.js";
import { CachedObjectsNow } from "./disk-cache/cached-objects-now.js";
import type { NearbyObjects } from "./object-store.js";
import type { ObjectsNow } from "./objects-now.js";

export function openObjectsNow(nearby: NearbyObjects): ObjectsNow {
  return nearby.kind === "files" ? new LocalObjectsNow(nearby.folder) : new CachedObjectsNow(nearby.folder, nearby.uri);
}
