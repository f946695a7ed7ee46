// Open SMB handles: there are no SMB clients here, so a test can put some in, and they can be listed
// and closed like real ones.
import { StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import type { Handle } from "../model/handles.js";
import { toHttpDate } from "../model/file-time.js";
import type { FoundNode } from "../model/node.js";
import { element, nameElement, textElement, xmlDocument } from "../xml.js";
import { decodeMarker, encodeMarker } from "./marker.js";
import { needs } from "./needs.js";

export const listHandles: Operation = {
  name: "List Handles",
  need: needs.readHandles,
  onSnapshot: true,
  run(context) {
    const { request, share } = context;
    const limit = Math.min(request.positiveParameter("maxresults") ?? 5000, 5000);
    const after = decodeMarker(request.query.get("marker"));
    const found = findNode(context);
    const all = share.handles.under(found, request.flag("x-ms-recursive"));
    const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const page = all.slice(start, start + limit);
    const last = page.at(-1);
    const more = last && start + limit < all.length;
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
  onSnapshot: false,
  run(context) {
    const { request, share } = context;
    const wanted = request.requireHeader("x-ms-handle-id");
    const found = findNode(context);
    const closed = share.handles
      .under(found, request.flag("x-ms-recursive"))
      .filter(({ id }) => wanted === "*" || id === wanted);
    for (const handle of closed) share.handles.close(handle.id);
    return {
      status: 200,
      headers: {
        "x-ms-number-of-handles-closed": String(closed.length),
        "x-ms-number-of-handles-failed": "0",
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
