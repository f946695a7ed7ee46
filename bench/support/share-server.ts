/** The emulator in a process of its own, with one generated share: what it does is not counted against who reads from it. */
import { Emulator } from "../../test/emulator/emulator.js";
import { GeneratedShare } from "./generated-share.js";

const [files = 0, folders = 0, areEmpty = 1] = process.argv.slice(2).map(Number);
const emulator = await Emulator.start();
emulator.service().createShare("bench", {}, new GeneratedShare({ files, folders, areEmpty: areEmpty === 1 }));
process.once("disconnect", () => void emulator.close());
process.send?.({ connectionString: emulator.connectionString(), account: emulator.account().name });
