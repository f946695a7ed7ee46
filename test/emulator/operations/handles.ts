// Open SMB handles: there are no SMB clients here, so a test can put some in, and they can be listed
// and closed like real ones.
import { invalidHeader, invalidQuery, StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import type { Handle } from "../model/handles.js";
import { toHttpDate } from "../model/file-time.js";
import type { FoundNode } from "../model/node.js";
import { element, nameElement, textElement, xmlDocument } from "../xml.js";
import { decodeMarker, encodeMarker } from "./marker.js";
import { needs } from "./needs.js";

const maxPageHandles = 5000;

export const listHandles: Operation = {
  name: "List Handles",
  need: needs.readHandles,
  onSnapshot: true,
  run(context) {
    const { request, share } = context;
    const limit = Math.min(request.positiveParameter("maxresults") ?? maxPageHandles, maxPageHandles);
    const marker = request.query.get("marker");
    const after = decodeMarker(marker);
    if (after !== undefined && !/^\d+$/.test(after)) throw invalidQuery("marker", marker ?? "");
    const found = findNode(context);
    const live = context.snapshotId === undefined;
    const all = live ? share.handles.under(found, request.flag("x-ms-recursive")) : [];
    const left = after === undefined ? all : all.filter(({ id }) => BigInt(id) > BigInt(after));
    const page = left.slice(0, limit);
    const last = page.at(-1);
    const more = last && page.length < left.length;
    const body = element("EnumerationResults", [
      element(
        "Entries",
        page.map((handle) => handleElement(handle)),
      ),
      textElement("NextMarker", more ? encodeMarker(last.id) : ""),
    ]);
    return xmlResponse(200, xmlDocument(body));
  },
};

export const forceCloseHandles: Operation = {
  name: "Force Close Handles",
  need: needs.write,
  onSnapshot: true,
  run(context) {
    const { request, share, snapshotId } = context;
    const wanted = request.requireHeader("x-ms-handle-id");
    if (!/^(?:\*|\d{1,20})$/.test(wanted)) throw invalidHeader("x-ms-handle-id", wanted);
    decodeMarker(request.query.get("marker"));
    const found = findNode(context);
    // Handles are open on the live share: none is there to be closed on a snapshot. What a page closes
    // is gone, so the next one begins with what is left, whatever its marker.
    const all = snapshotId === undefined ? share.handles.under(found, request.flag("x-ms-recursive")) : [];
    const matching = all.filter(({ id }) => wanted === "*" || id === wanted);
    const closed = matching.slice(0, maxPageHandles);
    for (const handle of closed) share.handles.close(handle.id);
    return {
      status: 200,
      headers: {
        "x-ms-number-of-handles-closed": String(closed.length),
        "x-ms-number-of-handles-failed": "0",
        ...(matching.length > closed.length && { "x-ms-marker": encodeMarker(closed.at(-1)!.id) }),
      },
    };
  },
};

function findNode(context: OperationContext): FoundNode {
  const { share, path, snapshotId } = context;
  const reader = share.reader(snapshotId);
  const found = reader.find(path);
  if (found) return found;
  throw new StorageError(reader.find(path.slice(0, -1)) ? "ResourceNotFound" : "ParentNotFound");
}

function handleElement(handle: Handle): string {
  const opened = toHttpDate(handle.opened);
  return element("Handle", [
    textElement("HandleId", handle.id),
    nameElement("Path", handle.path.join("/")),
    textElement("FileId", handle.nodeId),
    textElement("ParentId", handle.parentId),
    textElement("SessionId", handle.sessionId),
    textElement("ClientIp", handle.clientIp),
    textElement("ClientName", handle.clientName),
    textElement("OpenTime", opened),
    textElement("LastReconnectTime", opened),
    element(
      "AccessRightList",
      handle.accessRights.map((right) => textElement("AccessRight", right)),
    ),
  ]);
}
