// Security descriptors a share keeps under keys, as JSON both ways.
import { StorageError } from "../errors.js";
import type { Operation } from "../http/operation.js";
import { bytesBody } from "../http/storage-response.js";
import { needs } from "./needs.js";
import { checkPermissionKey, parsePermissionFormat } from "./node-headers.js";

const maxBodyBytes = 1 << 20;

export const createPermission: Operation = {
  name: "Create Permission",
  need: needs.createPermission,
  onSnapshot: false,
  async run({ share, request }) {
    const { permission, format } = parseBody(await request.body(maxBodyBytes));
    const key = share.permissions.add({ permission, format: parsePermissionFormat(format) });
    return { status: 201, headers: { "x-ms-file-permission-key": key } };
  },
};

export const getPermission: Operation = {
  name: "Get Permission",
  need: needs.readPermission,
  onSnapshot: true,
  run({ share, request }) {
    const key = request.requireHeader("x-ms-file-permission-key");
    checkPermissionKey(key);
    const asked = request.header("x-ms-file-permission-format");
    const format = parsePermissionFormat(asked);
    const { permission } = share.permissions.get(key, format);
    const answer = asked === undefined ? { permission } : { permission, format };
    const body = Buffer.from(JSON.stringify(answer));
    return {
      status: 200,
      headers: { "Content-Type": "application/json" },
      body: bytesBody(body),
    };
  },
};

function parseBody(body: Buffer): { permission: string; format: string | undefined } {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new StorageError("InvalidInput");
  }
  // The service minds no case in names, and clients write them as they like.
  const named = Object.entries(value ?? {}).map(([name, each]): [string, unknown] => [name.toLowerCase(), each]);
  const { permission, format } = Object.fromEntries(named);
  if (typeof permission !== "string" || permission === "") throw new StorageError("InvalidInput");
  if (format !== undefined && format !== null && typeof format !== "string") {
    throw new StorageError("InvalidInput");
  }
  return { permission, format: format ?? undefined };
}
