import { describeTransport } from "../contract/describe-transport.js";
import { FUSE_NATIVE } from "../support/transports.js";

describeTransport(FUSE_NATIVE, { plain: "everything", encrypted: "content", remote: "content" });
