import { describeTransport } from "../../fs/contract/describe-transport.js";
import { FUSE_NATIVE } from "../../fs/support/transports.js";

describeTransport(FUSE_NATIVE, { encrypted: "everything", remote: "everything" });
