// List Directories and Files: one level, one page, with the extra fields that are asked for.
import { invalidQuery } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import { toHttpDate } from "../model/file-time.js";
import type { ListedNode } from "../model/node.js";
import { element, encodeName, nameElement, needsEncoding, textElement, xmlDocument } from "../xml.js";
import { findDirectory } from "./directory-operations.js";
import { decodeMarker, encodeMarker } from "./marker.js";
import { needs } from "./needs.js";

const maxPageEntries = 5000;
const datasets = ["timestamps", "etag", "attributes", "permissionkey"] as const;

interface Fields {
  readonly include: ReadonlySet<(typeof datasets)[number]>;
  readonly ids: boolean;
}

export const listDirectory: Operation = {
  name: "List Directory",
  need: needs.list,
  onSnapshot: true,
  run(context) {
    const { request, share } = context;
    const { query, address } = request;
    const maxResults = request.positiveParameter("maxresults");
    const after = decodeMarker(query.get("marker"));
    const prefix = query.get("prefix");
    const fields = readFields(context);
    const reader = share.reader(context.snapshotId);
    const directory = findDirectory(context, reader);
    const page = reader.list(directory, {
      limit: Math.min(maxResults ?? maxPageEntries, maxPageEntries),
      ...(prefix !== undefined && { prefix }),
      ...(after !== undefined && { after }),
    });
    const path = directory.path.join("/");
    const encoded = needsEncoding(path) && path !== "";
    const body = element(
      "EnumerationResults",
      [
        prefix === undefined ? "" : nameElement("Prefix", prefix),
        textElement("Marker", query.get("marker")),
        textElement("MaxResults", maxResults),
        fields.ids ? textElement("DirectoryId", directory.id) : "",
        element(
          "Entries",
          page.entries.map((entry) => entryElement(entry, fields)),
        ),
        textElement("NextMarker", page.next === undefined ? "" : encodeMarker(page.next)),
      ],
      {
        ServiceEndpoint: address.endpoint,
        ShareName: share.name,
        ShareSnapshot: context.snapshotId,
        Encoded: encoded ? "true" : undefined,
        DirectoryPath: encoded ? path.split("/").map(encodeName).join("/") : path,
      },
    );
    return xmlResponse(200, xmlDocument(body));
  },
};

function readFields({ request }: OperationContext): Fields {
  const value = request.query.get("include") ?? "";
  const names = value
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const known = new Set(datasets.filter((name) => names.includes(name)));
  if (known.size !== new Set(names).size) throw invalidQuery("include", value);
  // Ids are left out only for a client that says it does not want them, and wants nothing else.
  const refused = request.header("x-ms-file-extended-info") !== undefined && !request.flag("x-ms-file-extended-info");
  return { include: known, ids: !refused || known.size > 0 };
}

function entryElement({ name, id, state }: ListedNode, { include, ids }: Fields): string {
  const size = state.kind === "file" ? state.size : state.kind === "symlink" ? 0 : undefined;
  const times = include.has("timestamps")
    ? [
        textElement("CreationTime", state.creationTime),
        textElement("LastAccessTime", state.lastAccessTime),
        textElement("LastWriteTime", state.lastWriteTime),
        textElement("ChangeTime", state.changeTime),
        textElement("Last-Modified", toHttpDate(state.modified)),
      ]
    : [];
  return element(state.kind === "directory" ? "Directory" : "File", [
    ids ? textElement("FileId", id) : "",
    nameElement("Name", name),
    element("Properties", [
      textElement("Content-Length", size),
      ...times,
      include.has("etag") ? textElement("Etag", state.etag) : "",
    ]),
    include.has("attributes") && !state.posix ? textElement("Attributes", state.attributes) : "",
    include.has("permissionkey") && !state.posix ? textElement("PermissionKey", state.permissionKey) : "",
  ]);
}
