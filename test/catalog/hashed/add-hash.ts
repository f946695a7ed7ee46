// A process of its own that adds one hash to an index. Usage: node --import tsx add-hash.ts FOLDER HASH
import { HashIndex } from "../../../catalog/hashed/hash-index.js";

const [folder = "", hash = ""] = process.argv.slice(2);
await using index = new HashIndex(folder);
await index.add([{ hash: Buffer.from(hash, "hex"), value: 7 }]);
